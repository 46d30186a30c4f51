"""Signatures of webhooks: compared in constant time, over the body exactly as it was sent; and those we make ourselves."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from integrations.choices import WebhookRefusal
from integrations.errors import WebhookRefused

WINDOW = timedelta(minutes=5)


def hex_digest(secret: str, message: bytes, algorithm: str = "sha256") -> str:
    return hmac.new(secret.encode(), message, algorithm).hexdigest()


def raw_digest(secret: str | bytes, message: bytes) -> bytes:
    return hmac.new(secret.encode() if isinstance(secret, str) else secret, message, hashlib.sha256).digest()


def believe(expected: str, sent: str) -> None:
    """Raise WebhookRefused unless the two are equal."""
    if not hmac.compare_digest(expected.encode(), sent.encode("utf-8", "replace")):
        raise WebhookRefused(WebhookRefusal.FORGED)


def need_secret(secret: object) -> str:
    """Return the secret. Raises WebhookRefused where none was given: nothing signed with nothing is believed."""
    if not isinstance(secret, str) or not secret:
        raise WebhookRefused(WebhookRefusal.NO_SECRET)
    return secret


def need_fresh(sent_at: datetime, now: datetime, window: timedelta = WINDOW) -> None:
    """Raise WebhookRefused for a call from too long ago, or from too far ahead."""
    if abs(now - sent_at) > window:
        raise WebhookRefused(WebhookRefusal.STALE)


def standard_headers(secret: str, message_id: str, sent_at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that sign a call of ours, as the Standard Webhooks specification has them (v1, symmetric).

    `secret` is `whsec_` and base64; the HMAC-SHA256 is over `id.timestamp.body`.
    """
    key = base64.b64decode(secret.partition("_")[2])
    moment = str(int(sent_at.timestamp()))
    signed = hmac.new(key, f"{message_id}.{moment}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }
