"""What people say about themselves: name, zone, theme, signature."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from tickets.actions.people import update_profile
from tickets.choices import Theme
from tickets.errors import DomainError
from tickets.models import User
from tickets.pages.doors import PageRequest, back, page, signed_in
from tickets.pages.forms import refuse
from tickets.text import render

SIGNATURE_LENGTH = 2_000
OWN = ("name", "username", "time_zone", "theme")


class ProfileForm(forms.Form):
    name = forms.CharField(required=False, max_length=150, widget=forms.TextInput({"autocomplete": "name"}))
    username = forms.CharField(
        max_length=150,
        help_text="Others mention you with @ and this name. You can sign in with it too.",
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    time_zone = forms.CharField(
        max_length=64,
        help_text="Type a city, like Berlin. All times are shown in this zone.",
        widget=forms.TextInput({"list": "time-zones", "autocomplete": "off", "spellcheck": "false"}),
    )
    theme = forms.ChoiceField(choices=Theme.choices, widget=forms.RadioSelect)
    signature = forms.CharField(
        required=False,
        max_length=SIGNATURE_LENGTH,
        help_text="Added below your replies. Markdown.",
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not user.is_support_staff:
            del self.fields["signature"]


@signed_in
def profile(request: PageRequest) -> HttpResponse:
    user = request.user
    if request.method != "POST":
        return _form(request, ProfileForm(user, initial={name: getattr(user, name) for name in (*OWN, "signature")}))
    form = ProfileForm(user, request.POST)
    if request.POST.get("do") == "preview":
        preview = render(request.POST.get("signature", "")[:SIGNATURE_LENGTH])
        return _form(request, ProfileForm(user, initial=request.POST.dict()), preview=preview)
    if not form.is_valid():
        return _form(request, form, status=400)
    try:
        update_profile(user=user, by=user, changes=form.cleaned_data)
    except DomainError as error:
        refuse(form, error)
        return _form(request, form, status=error.status)
    messages.success(request, "Your profile is saved.")
    return back(request, reverse("profile"))


def _form(request: PageRequest, form: ProfileForm, *, preview: str | None = None, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "preview": preview,
        "zones": sorted(available_timezones()),
        "frame": "base.html" if request.user.is_support_staff else "portal/base.html",
    }
    fragment = "preview" if preview is not None else ""
    return page(request, "tickets/profile.html", context, fragment=fragment, status=status)
