"""Who is locked out after too many wrong passwords, and what they see."""

from collections.abc import Mapping
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def name_tried(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Return the e-mail or username under which somebody tries to sign in; attempts are counted per name and address."""
    given = credentials or {}
    name = given.get("username") or given.get("email") or given.get("login") or request.POST.get("login", "")
    return str(name).strip().lower()[:254]


def address_of(request: HttpRequest) -> str:
    """Return the client's network address, seen through the proxies that the settings trust."""
    return str(get_client_ip(request) or "")


def locked_out(
    request: HttpRequest, answer: HttpResponse | None, credentials: Mapping[str, Any] | None
) -> HttpResponse:
    """Answer 429 and when to come back, the same for a name that exists and one that does not."""
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    if answer is None or not request.path.startswith("/api/"):  # the API has its own words for it
        answer = render(request, "account/locked.html", {"minutes": seconds // 60}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer
