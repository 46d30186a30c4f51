"""Tokens for programs: a short-lived one to call with, and one to renew it, good for one use.

Both carry the user's session epoch, so that what ends somebody's sessions ends the tokens too.
"""

from typing import Any

from django.db import transaction
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.tokens import RefreshToken, Token

from tickets.errors import DomainError
from tickets.models import User

EPOCH = "epoch"


class BadToken(DomainError):
    """A token that is expired, used up, revoked or was never one."""

    code = "token_not_valid"
    status = 401
    title = "Sign in again"


class BearerAuthentication(JWTAuthentication):
    """`Authorization: Bearer <access token>` of an active user whose sessions were not ended since."""

    def get_user(self, validated_token: Token) -> User:  # type: ignore[override]  # ours, and no other
        try:
            user = super().get_user(validated_token)
        except (ValueError, OverflowError):  # signed by us, but with an id that is none
            user = None
        if not isinstance(user, User) or validated_token.get(EPOCH, 0) != user.session_epoch:
            raise InvalidToken("The token was revoked.")
        return user

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def tokens_for(user: User) -> dict[str, Any]:
    """Return a fresh pair, as the API answers it."""
    refresh = RefreshToken.for_user(user)
    refresh[EPOCH] = user.session_epoch
    access = refresh.access_token
    return {
        "access_token": str(access),
        "refresh_token": str(refresh),
        "token_type": "bearer",
        "expires_in": int(access.lifetime.total_seconds()) if access.lifetime else 0,
    }


def renew(raw: str) -> dict[str, Any]:
    """Use up a refresh token and return a fresh pair. Of two uses of one token only the first counts. Raises BadToken."""
    with transaction.atomic():
        token = _use_up(raw)
        try:
            user = BearerAuthentication().get_user(token)
        except Exception as error:
            raise BadToken("The token was revoked. Sign in again.") from error
        return tokens_for(user)


def revoke(raw: str) -> None:
    """Use up a refresh token, so that nobody can renew it. Raises BadToken."""
    with transaction.atomic():
        _use_up(raw)


def _blacklist(token: RefreshToken) -> bool:
    made: Any = token.blacklist()  # a row and whether it is new, whatever its annotation says
    return bool(made[1])


def _use_up(raw: str) -> RefreshToken:
    try:
        token = RefreshToken(raw)  # type: ignore[arg-type]  # takes the encoded text
        first = _blacklist(token)
    except (TokenError, ValueError):
        raise BadToken("This refresh token is expired or was used before. Sign in again.") from None
    if not first:
        raise BadToken("This refresh token was used before. Sign in again.")
    return token
