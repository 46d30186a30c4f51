"""Who is on the other end of a socket, and whether they still are. All of it asks the database: call it through a thread."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.http.request import validate_host
from django.utils import timezone
from rest_framework.exceptions import APIException
from rest_framework_simplejwt.exceptions import TokenError

from tickets.accounts.second_factor import is_missing
from tickets.accounts.tokens import BearerAuthentication
from tickets.live.audiences import groups_of_user
from tickets.models import User

Scope = Mapping[str, Any]


@dataclass(frozen=True)
class Credential:
    """A user, the lists that are theirs, and how long the proof of it is good."""

    user: User
    groups: frozenset[str]
    session_key: str = ""
    ends_at: float | None = None  # seconds since 1970, of a token

    def facts(self) -> tuple[Any, ...]:
        """Return what must stay as it is for the socket to go on as it is."""
        return (self.user.role, self.groups)


def authenticate(scope: Scope) -> Credential | None:
    """Return the credential of a new socket: an access token in `?token=`, or else the session cookie of one of our own pages."""
    try:
        query = parse_qs(scope.get("query_string", b"").decode())
    except ValueError:
        return None
    found = _by_token(query["token"][0]) if "token" in query else _by_session(scope)
    return None if found is None or is_missing(found.user) else found


def _by_token(raw: str) -> Credential | None:
    door = BearerAuthentication()
    try:
        token = door.get_validated_token(raw.encode())
        user = door.get_user(token)
    except (APIException, TokenError, ValueError):
        return None
    return Credential(user, frozenset(groups_of_user(user)), ends_at=float(token["exp"]))


def _by_session(scope: Scope) -> Credential | None:
    headers = {name.lower(): value.decode("latin-1") for name, value in scope.get("headers", [])}
    if not from_own_page(headers.get(b"origin", "")):
        return None
    try:
        cookie = SimpleCookie(headers.get(b"cookie", "")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    if cookie is None:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(cookie.value)
    user = get_user(request)
    if not isinstance(user, User) or not user.is_active:
        return None
    return Credential(user, frozenset(groups_of_user(user)), session_key=cookie.value)


def from_own_page(origin: str) -> bool:
    """Return whether a browser opened the socket from one of our pages; a cookie alone would also come along from a foreign one."""
    try:
        host = urlsplit(origin).hostname
    except ValueError:
        return False
    return bool(host) and validate_host(f"[{host}]" if ":" in str(host) else str(host), settings.ALLOWED_HOSTS)


def look_again(credentials: list[Credential]) -> list[Credential | None]:
    """Return what became of each credential: the same one, one with other rights, or None where it has ended.

    Two queries, however many there are (and one more for each technician who is limited to teams).
    """
    users = User.objects.in_bulk({credential.user.pk for credential in credentials})
    groups = {pk: frozenset(groups_of_user(user)) for pk, user in users.items()}
    keys = {credential.session_key for credential in credentials} - {""}
    sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    alive = set(sessions.values_list("session_key", flat=True))
    return [_renewed(credential, users, groups, alive) for credential in credentials]


def _renewed(
    old: Credential, users: Mapping[int, User], groups: Mapping[int, frozenset[str]], alive: set[str]
) -> Credential | None:
    user = users.get(old.user.pk)
    expired = old.ends_at is not None and old.ends_at <= time.time()
    gone = bool(old.session_key) and old.session_key not in alive
    if (
        user is None
        or not user.is_active
        or user.password != old.user.password
        or user.session_epoch != old.user.session_epoch
        or expired
        or gone
    ):
        return None
    new = Credential(user, groups[user.pk], old.session_key, old.ends_at)
    return old if new.facts() == old.facts() else new
