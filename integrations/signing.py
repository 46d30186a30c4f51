"""Signatures of webhooks: compared in constant time, over the body exactly as it was sent."""

import hashlib
import hmac
from datetime import datetime, timedelta

from integrations.choices import WebhookRefusal
from integrations.errors import WebhookRefused

WINDOW = timedelta(minutes=5)


def hex_digest(secret: str, message: bytes, algorithm: str = "sha256") -> str:
    return hmac.new(secret.encode(), message, algorithm).hexdigest()


def raw_digest(secret: str, message: bytes) -> bytes:
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()


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
