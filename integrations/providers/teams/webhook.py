"""Calls of an outgoing webhook: signed, about one message each, and answered at once, for all in the channel to read.

https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook
"""

import base64
import binascii
import html
import json
import re
from collections.abc import Mapping
from typing import Any

from integrations.choices import WebhookRefusal
from integrations.commands import USAGE, understood
from integrations.errors import WebhookRefused
from integrations.provider import Acknowledgement, Asked, Call, Told
from integrations.providers.teams.models import Activity, TeamsSettings
from integrations.shapes import received
from integrations.signing import believe, need_fresh, need_secret, raw_digest

OUR_NAME = re.compile(r"<at\b[^>]*>.*?</at>", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")
KNOWN = "This was asked before."


def verify(call: Call, credentials: Mapping[str, Any]) -> None:
    """Check `HMAC` and the base64 of the body's HMAC, whose key is the token, decoded; then the time within the body."""
    token = need_secret(credentials.get("security_token"))
    try:
        key = base64.b64decode(token, validate=True)
    except (binascii.Error, ValueError):
        raise WebhookRefused(WebhookRefusal.NO_SECRET) from None
    digest = base64.b64encode(raw_digest(key, call.body)).decode()
    believe(f"HMAC {digest}", call.headers.get("authorization", ""))


def told(call: Call, settings: TeamsSettings) -> Told | None:
    activity = received(Activity, call.body)
    if activity.timestamp.tzinfo is None:
        raise WebhookRefused(WebhookRefusal.MALFORMED)
    need_fresh(activity.timestamp, call.now)
    if settings.tenant_id not in ("", activity.channelData.tenant.id):
        raise WebhookRefused(WebhookRefusal.FOREIGN)
    name = f"{activity.conversation.id}:{activity.id}"
    return Told(name, name, "command") if meaning(activity) else None


def parse(body: bytes, _: TeamsSettings) -> Asked | None:
    return meaning(received(Activity, body))


def meaning(activity: Activity) -> Asked | None:
    """Return what a message asks for, None where it is no command."""
    found = understood(words(activity.text))
    if found is None:
        return None
    wish, ticket, rest = found
    person = activity.sender
    return Asked(wish, person.aadObjectId.lower(), rest, ticket, place={"name": person.name or "Somebody"})


def words(text: str) -> str:
    """Return a message without the name that called us and without marks of HTML."""
    return html.unescape(TAG.sub(" ", OUR_NAME.sub(" ", text))).replace("\xa0", " ").strip()


def acknowledged(call: Call, answer: str) -> Acknowledgement:
    """Return the message that stands below the command, as plain text."""
    text = answer or (KNOWN if meaning(received(Activity, call.body)) else USAGE)
    body = json.dumps({"type": "message", "textFormat": "plain", "text": text}, ensure_ascii=False)
    return Acknowledgement("application/json", body.encode())
