"""How django-allauth does things here: it asks the actions to write."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from axes.utils import reset
from django.conf import settings
from django.forms import Form
from django.http import HttpRequest

from tickets.actions.people import join_organization_by_confirmed_domain, register_user
from tickets.models import User

WRONG = "That name and password do not go together. Check both, or reset the password."


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WRONG,
        "username_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "too_many_login_attempts": "There were too many attempts. Wait some minutes and try again.",
        "incorrect_code": "This code is not right. Codes change every 30 seconds; write the present one.",
        "incorrect_password": "This is not your password.",
        "rate_limited": "That was too often in a short time. Wait a minute and try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.REGISTRATION_OPEN)

    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:
        data = form.cleaned_data
        return register_user(email=data["email"], password=data["password1"], name=data["name"])

    def set_password(self, user: User, password: str) -> None:
        """Take the new password; whoever could set it has proved who they are, so an earlier lock-out ends."""
        super().set_password(user, password)
        for name in (user.email, user.username):
            reset(username=name.lower())

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> Any:
        others = User.objects.exclude(pk=email_address.user_id)
        if others.filter(email__iexact=email_address.email).exists():  # taken since the message was sent
            return False
        confirmed = super().confirm_email(request, email_address)
        if confirmed:
            join_organization_by_confirmed_domain(user=email_address.user)
        return confirmed
