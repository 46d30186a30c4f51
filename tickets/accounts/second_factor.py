"""The second factor: who has to have one, and its secrets, encrypted at rest with a key derived from the installation's own."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from tickets.errors import NotAllowed
from tickets.models import User

ON_THE_WAY = ("mfa_", "account_")  # pages that lead to a second factor, or out


class SecondFactorMissing(NotAllowed):
    """The role asks for a second factor that is not set up yet."""

    code = "second_factor_required"

    def __init__(self) -> None:
        super().__init__("Your role needs a second factor. Sign in on the web page and set it up first.")


def must_have(user: User | AnonymousUser) -> bool:
    """Return whether the settings ask somebody of this role for a second factor."""
    return bool(settings.SECOND_FACTOR_REQUIRED) and isinstance(user, User) and user.is_support_staff


def is_missing(user: User | AnonymousUser) -> bool:
    """Return whether somebody has to set up a second factor before anything else."""
    return must_have(user) and not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


class SecondFactorMiddleware:
    """Leads people to the page that sets up what they miss. The API and sockets refuse by themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponseBase | None:
        route = (request.resolver_match and request.resolver_match.url_name) or ""
        if route.startswith(ON_THE_WAY) or request.path.startswith("/api/") or not is_missing(request.user):
            return None
        if getattr(request, "htmx", False):
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return redirect("mfa_activate_totp")


class SignedIn(IsAuthenticated):
    """Lets signed-in people through whose second factor is not missing. Raises SecondFactorMissing."""

    def has_permission(self, request: Request, view: Any) -> bool:
        allowed = super().has_permission(request, view)
        if allowed and is_missing(request.user):
            raise SecondFactorMissing
        return allowed


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right. Apps show a new one every 30 seconds; write the present one.",
        "cannot_delete_authenticator": "Your role needs a second factor.",
        "unverified_email": "Confirm your address first.",
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not must_have(authenticator.user)

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    """Encrypt with the present key, decrypt with older ones too."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(f"tickets.second_factor:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
