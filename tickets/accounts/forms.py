"""The forms of signing in, up and joining, and of one's own account, in our words."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as factor
from allauth.mfa.totp import forms as totp
from django import forms
from django.http import HttpRequest

from tickets.errors import Invalid

GOOD_PASSWORD = "At least 10 characters; not only digits, not your name, nothing many people use."  # noqa: S105
LABELS = {
    "login": "E-mail or username",
    "email": "E-mail",
    "password": "Password",
    "oldpassword": "Current password",
    "password1": "New password",
    "password2": "New password again",
    "code": "Code",
}


class Plain(forms.BaseForm):
    """Labels in sentence case, one short help for new passwords, no placeholders."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = GOOD_PASSWORD if name == "password1" else ""
            field.widget.attrs.pop("placeholder", None)
        if "code" in self.fields:
            self.fields["code"].widget.attrs["inputmode"] = "numeric"


class SignInForm(Plain, account.LoginForm):  # type: ignore[misc]
    """One field for both names."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs = {"autocomplete": "username", "maxlength": "254", "autocapitalize": "none"}


class SignUpForm(Plain, account.SignupForm):  # type: ignore[misc]
    """Name, address, password: the username is made from the address."""

    name = forms.CharField(max_length=150, label="Your name", widget=forms.TextInput({"autocomplete": "name"}))
    field_order = ["name", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = "Password"

    def try_save(self, request: HttpRequest) -> Any:
        try:
            return super().try_save(request)
        except Invalid:  # somebody took the address between the check and now: answer as for any known address
            self.account_already_exists = True
            return super().try_save(request)


class ResetForm(Plain, account.ResetPasswordForm):  # type: ignore[misc]
    pass


class NewPasswordForm(Plain, account.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ChangePasswordForm(Plain, account.ChangePasswordForm):  # type: ignore[misc]
    pass


class FirstPasswordForm(Plain, account.SetPasswordForm):  # type: ignore[misc]
    pass


class AddressForm(Plain, account.AddEmailForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "New address"


class AgainForm(Plain, account.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateForm(Plain, totp.ActivateTOTPForm):  # type: ignore[misc]
    pass


class CodeForm(Plain, factor.AuthenticateForm):  # type: ignore[misc]
    """Takes recovery codes too, which are digits as well."""


class CodeAgainForm(Plain, factor.ReauthenticateForm):  # type: ignore[misc]
    pass


class JoinForm(forms.Form):
    """What an invited person adds."""

    name = forms.CharField(max_length=150, label="Your name", widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        max_length=4_096,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=GOOD_PASSWORD,
    )
