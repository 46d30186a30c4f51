"""Signing in without a page: password, second factor, and the same lock-out as everywhere."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import send_verification_email_for_user
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from tickets.accounts.second_factor import SecondFactorMissing, is_missing
from tickets.actions.people import check_password, clean_person, register_user
from tickets.errors import DomainError, Invalid, NotAllowed
from tickets.models import User


class NotSignedIn(DomainError):
    code = "wrong_credentials"
    status = 401
    title = "Not signed in"


class LockedOut(DomainError):
    code = "locked_out"
    status = 429
    title = "Too many attempts"


def sign_in(request: HttpRequest, name: str, password: str, otp: str) -> User:
    """Return the user of this e-mail or username and password, and one-time code where a second factor is set up.

    Raises NotSignedIn (`wrong_credentials`, `mfa_required`, `wrong_otp`), SecondFactorMissing, LockedOut.
    """
    try:
        user = get_adapter(request).authenticate(request, username=name, password=password)
    except ValidationError:
        raise _locked_out() from None
    if getattr(request, "axes_locked_out", False):
        raise _locked_out()
    if not isinstance(user, User):
        raise NotSignedIn("This name and password do not go together. Check both, or reset the password.")
    if is_missing(user):
        raise SecondFactorMissing
    _check_second_factor(request, user, name, otp)
    user_logged_in.send(sender=User, request=request, user=user)
    return user


def _check_second_factor(request: HttpRequest, user: User, name: str, otp: str) -> None:
    factors = Authenticator.objects.filter(user=user)
    if not factors:
        return
    if not otp:
        raise NotSignedIn("Send the one-time code of your authenticator app as `otp`.", code="mfa_required")
    with transaction.atomic():
        if any(factor.wrap().validate_code(otp) for factor in factors if factor.type in settings.MFA_SUPPORTED_TYPES):
            return
    user_login_failed.send(sender=__name__, credentials={"username": name}, request=request)
    if getattr(request, "axes_locked_out", False):
        raise _locked_out()
    raise NotSignedIn("This one-time code is not right, or was used before.", code="wrong_otp")


def _locked_out() -> LockedOut:
    wait = int(settings.AXES_COOLOFF_TIME.total_seconds())
    return LockedOut(f"There were too many wrong attempts. Try again in {wait // 60} minutes.", retry_after=wait)


def sign_up(request: HttpRequest, *, email: Any, password: Any, username: Any = "", name: Any = "") -> dict[str, str]:
    """Register a requester and ask for confirmation of the address by mail; returns the username and address.

    An address that has an account already gets a mail that says so, and the answer is the same: nobody learns who is registered.
    Raises Invalid, NotAllowed.
    """
    if not settings.REGISTRATION_OPEN:
        raise NotAllowed("Nobody can sign up here. Ask the support team for an invitation.", code="registration_closed")
    try:
        user = register_user(email=email, password=password, name=name, username=username)
    except Invalid as refused:
        if not _is_taken(email):
            raise
        return _pretend(request, refused, email.strip().lower(), password, {"name": name, "username": username})
    send_verification_email_for_user(request, user)
    return {"username": user.username, "email": user.email}


def _is_taken(email: Any) -> bool:
    return isinstance(email, str) and User.objects.filter(email__iexact=email.strip()).exists()


def _pretend(
    request: HttpRequest, refused: Invalid, email: str, password: Any, given: dict[str, Any]
) -> dict[str, str]:
    """Say what else is wrong, or answer as for a new address; the owner of this one hears of it."""
    others = {field: messages for field, messages in refused.errors.items() if field != "email"}
    if others:
        raise Invalid(others)
    values = clean_person({field: value for field, value in given.items() if value})
    check_password(password, User(**values, email=email))
    get_adapter(request).send_account_already_exists_mail(email)
    return {"username": values.get("username") or User.objects.free_username(email.partition("@")[0]), "email": email}
