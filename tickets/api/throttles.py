"""How many requests a minute a client may send, by role. One counter per client and minute, on the cache."""

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from tickets.accounts.lockout import address_of
from tickets.models import User

WINDOW = 60  # seconds
ANYBODY = "anonymous"


def count(key: str, window: int = WINDOW) -> int:
    """Return how often `key` was counted in the present window, this time included; 0 when the cache does not answer."""
    name = f"throttle:{key}:{int(time.time() // window)}"
    if cache.add(name, 1, timeout=2 * window):
        return 1
    try:
        return int(cache.incr(name))
    except ValueError:  # gone between the two calls
        return 0


class RoleThrottle(BaseThrottle):
    """Reads the limit of the user's role from `settings.API_RATES`; 0 means no limit. Strangers count by network address."""

    def allow_request(self, request: Request, view: Any) -> bool:
        user = request.user
        role, who = (user.role, str(user.pk)) if isinstance(user, User) else (ANYBODY, address_of(request._request))
        limit = settings.API_RATES[role]
        return not limit or count(f"{role}:{who}") <= limit

    def wait(self) -> float:
        return WINDOW - time.time() % WINDOW


class SignUpThrottle(BaseThrottle):
    """New accounts from one address, an hour."""

    def allow_request(self, request: Request, view: Any) -> bool:
        limit = settings.API_RATES["register"]
        return not limit or count(f"register:{address_of(request._request)}", 3600) <= limit

    def wait(self) -> float:
        return 3600 - time.time() % 3600
