"""Calls of a Zendesk webhook: signed together with the time of sending, about one ticket each."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from integrations.choices import WebhookRefusal
from integrations.errors import WebhookRefused
from integrations.provider import Call, Hint, RemoteRecord, Told
from integrations.providers.zendesk import mapping
from integrations.providers.zendesk.models import Event, ZendeskSettings
from integrations.shapes import received
from integrations.signing import believe, need_fresh, need_secret, raw_digest

ABOUT_TICKETS = "zen:event-type:ticket."
REDACTED = "comment_redacted"  # there, parts of its text become blocks: ▇▇▇
GONE = frozenset({"soft_deleted", "permanently_deleted"})


def verify(call: Call, credentials: Mapping[str, Any]) -> None:
    secret = need_secret(credentials.get("webhook_secret"))
    sent_at = call.headers.get("x-zendesk-webhook-signature-timestamp", "")
    digest = raw_digest(secret, sent_at.encode("utf-8", "replace") + call.body)
    believe(base64.b64encode(digest).decode(), call.headers.get("x-zendesk-webhook-signature", ""))
    need_fresh(_moment(sent_at), call.now)


def _moment(text: str) -> datetime:
    """Raises WebhookRefused."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WebhookRefused(WebhookRefusal.MALFORMED) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def told(call: Call, settings: ZendeskSettings) -> Told | None:
    event = received(Event, call.body)
    if settings.account_id not in ("", event.account_id):
        raise WebhookRefused(WebhookRefusal.FOREIGN)
    if not event.type.startswith(ABOUT_TICKETS):
        return None
    return Told(event.id, event.detail.id, event.type.removeprefix("zen:event-type:"))


def parse(body: bytes, settings: ZendeskSettings) -> RemoteRecord | Hint | None:
    """Return the ticket as the call shows it, with the comment that it tells of, unless that is the description.

    What is left of a redacted comment the call does not say.
    """
    event = received(Event, body)
    if event.type.removeprefix(ABOUT_TICKETS) == REDACTED:
        return Hint(mapping.reference(event.detail, settings))
    said = event.event.comment
    is_new = said is not None and said.body != event.detail.description
    comments = (mapping.comment_told(said, event.detail),) if said and is_new else ()
    is_gone = event.type.removeprefix(ABOUT_TICKETS) in GONE
    return mapping.record(event.detail, settings, comments, is_gone=is_gone)
