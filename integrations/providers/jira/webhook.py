"""Calls of a Jira webhook: signed with its secret, dated inside, about one issue each."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from integrations.choices import WebhookRefusal
from integrations.errors import WebhookRefused
from integrations.provider import Call, RemoteRecord, Told
from integrations.providers.jira import mapping
from integrations.providers.jira.models import Event, JiraSettings
from integrations.shapes import received
from integrations.signing import believe, hex_digest, need_fresh, need_secret

WINDOW = timedelta(hours=1)  # Jira tries five times, up to fifteen minutes apart
DELETED = frozenset({"jira:issue_deleted"})
COMMENT_DELETED = "comment_deleted"
TAKEN = DELETED | {"jira:issue_created", "jira:issue_updated", "comment_created", "comment_updated", COMMENT_DELETED}


def verify(call: Call, credentials: Mapping[str, Any]) -> None:
    secret = need_secret(credentials.get("webhook_secret"))
    believe(f"sha256={hex_digest(secret, call.body)}", call.headers.get("x-hub-signature", ""))


def told(call: Call, settings: JiraSettings) -> Told | None:
    event = received(Event, call.body)
    try:
        sent_at = datetime.fromtimestamp(event.timestamp / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        raise WebhookRefused(WebhookRefusal.MALFORMED) from None
    need_fresh(sent_at, call.now, WINDOW)
    if event.webhookEvent not in TAKEN or event.issue is None:
        return None
    if urlsplit(event.issue.self).netloc != urlsplit(settings.base_url).netloc:
        raise WebhookRefused(WebhookRefusal.FOREIGN)
    name = call.headers.get("x-atlassian-webhook-identifier") or f"{event.webhookEvent}:{event.timestamp}"
    return Told(name, event.issue.id, event.webhookEvent)


def parse(body: bytes, settings: JiraSettings) -> RemoteRecord | None:
    """Return the issue as the call shows it, with the one comment that a call about a comment has."""
    event = received(Event, body)
    if event.issue is None:
        return None
    is_gone = event.webhookEvent == COMMENT_DELETED
    comments = (mapping.comment(event.comment, is_gone=is_gone),) if event.comment else ()
    return mapping.record(event.issue, settings, comments, is_gone=event.webhookEvent in DELETED)
