"""Calls of an Intercom webhook: signed with the app's client secret, about a ticket or a conversation, which is read again."""

import hashlib
from collections.abc import Mapping
from typing import Any

from integrations.choices import WebhookRefusal
from integrations.errors import WebhookRefused
from integrations.provider import Call, Hint, RemoteRef, Told
from integrations.providers.intercom.mapping import CONVERSATIONS, TICKETS
from integrations.providers.intercom.models import Event, IntercomSettings
from integrations.shapes import received
from integrations.signing import believe, hex_digest, need_secret

RECORDS = {"ticket": TICKETS, "conversation": CONVERSATIONS}


def verify(call: Call, credentials: Mapping[str, Any]) -> None:
    """The call has no time in it that is signed for this: one that comes again is known by its body."""
    secret = need_secret(credentials.get("webhook_secret"))
    believe(f"sha1={hex_digest(secret, call.body, 'sha1')}", call.headers.get("x-hub-signature", ""))


def record_of(event: Event) -> str:
    """Return which ticket or conversation a call is about, empty where about neither."""
    item = event.data.item
    return f"{RECORDS[item.type]}/{item.id}" if item.type in RECORDS and item.id.isdecimal() else ""


def told(call: Call, settings: IntercomSettings) -> Told | None:
    event = received(Event, call.body)
    if event.app_id != settings.workspace_id:
        raise WebhookRefused(WebhookRefusal.FOREIGN)
    record = record_of(event)
    if not record or (record.startswith(CONVERSATIONS) and not settings.takes_conversations):
        return None
    return Told(event.id or hashlib.sha256(call.body).hexdigest(), record, event.topic)


def parse(body: bytes, _: IntercomSettings) -> Hint:
    record = record_of(received(Event, body))
    return Hint(RemoteRef(record, record, ""))
