"""Long-lived tokens for desktop programs that speak MCP."""

import secrets
from datetime import timedelta

from django.utils import timezone
from rest_framework.exceptions import APIException
from rest_framework_simplejwt.exceptions import TokenError

from ai.models import McpToken
from ai.models.token import fingerprint_of
from ai.permissions import require
from tickets.accounts.tokens import BearerAuthentication
from tickets.errors import Invalid
from tickets.fields import text
from tickets.models import User

PREFIX = "tsmcp_"
DAYS_AT_MOST = 365
NOTED_EVERY = timedelta(minutes=5)


def create_token(*, by: User, name: str, days: int = 90) -> tuple[McpToken, str]:
    """Return a new token of the user's own and its text, which nobody can read again. Raises Invalid."""
    try:
        name = text(name, 100, required=True).strip()
    except ValueError as error:
        raise Invalid({"name": [str(error)]}) from None
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= DAYS_AT_MOST:
        raise Invalid({"days": [f"Choose 1 to {DAYS_AT_MOST} days."]})
    raw = PREFIX + secrets.token_urlsafe(32)
    row = McpToken.objects.create(
        user=by,
        name=name,
        fingerprint=fingerprint_of(raw),
        epoch=by.session_epoch,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return row, raw


def revoke_token(*, by: User, token: McpToken) -> None:
    """End a token: one's own, or as an admin anybody's."""
    if token.user_id != by.pk:
        require(by, "ai.manage")
    token.delete()


def bearer(raw: str) -> User | None:
    """Return who a token stands for: a personal one, or an access token of the API. None for a bad, ended or expired one."""
    return _personal(raw) if raw.startswith(PREFIX) else _access(raw)


def _personal(raw: str) -> User | None:
    now = timezone.now()
    row = McpToken.objects.select_related("user").filter(fingerprint=fingerprint_of(raw), expires_at__gt=now).first()
    if row is None or not row.user.is_active or row.epoch != row.user.session_epoch:
        return None
    if row.last_used_at is None or row.last_used_at < now - NOTED_EVERY:
        McpToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return row.user


def _access(raw: str) -> User | None:
    door = BearerAuthentication()
    try:
        return door.get_user(door.get_validated_token(raw.encode()))
    except (APIException, TokenError, ValueError):
        return None
