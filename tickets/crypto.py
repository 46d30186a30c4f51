"""Secrets of other services, encrypted at rest under the installation's own key.

`SECRET_KEY` encrypts; the keys in `SECRET_KEY_FALLBACKS` still decrypt, so that a key can be changed without losing what it kept.
"""

import base64
import hashlib
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

PURPOSE = b"ticketsite secrets at rest\x00"


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(PURPOSE + key.encode()).digest())) for key in keys]
    )


def encrypt(text: str) -> str:
    return _box().encrypt(text.encode()).decode() if text else ""


def decrypt(kept: str) -> str:
    """Return the secret, or nothing where it was encrypted under a key that is gone: it has to be given again."""
    try:
        return _box().decrypt(kept.encode()).decode() if kept else ""
    except InvalidToken:
        return ""


class EncryptedField(models.TextField):  # type: ignore[type-arg]
    """A text that is readable in the program and encrypted in the database. It cannot be searched for."""

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(value) if value else value

    def from_db_value(self, value: Any, *_: Any) -> Any:
        return decrypt(value) if value else value
