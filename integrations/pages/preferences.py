"""How the reader wants to be told: what, where, when; and the link that ends mails without signing in."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from integrations.actions.preferences import end_mail, save_preferences
from integrations.choices import Digest, Kind, Language, Medium
from integrations.models import Preferences
from integrations.notifications.channels import offered
from integrations.notifications.habits import habits_of, media_for, order_of
from integrations.notifications.kinds import KINDS, kinds_for
from integrations.notifications.unsubscribing import wish_of
from integrations.pages.notifications import frame_for
from sla.rules import WEEKDAYS
from tickets.errors import DomainError
from tickets.models import User
from tickets.pages.doors import PageRequest, back, page, signed_in
from tickets.pages.forms import refuse

DAYS = [(str(number), name[:3].capitalize()) for number, name in enumerate(WEEKDAYS)]
HOURS = [(str(hour), f"{hour:02}:00") for hour in range(24)]
PLACES = 3  # as many as can be put in order
AT = {"type": "time"}


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(choices=Language.choices)
    phone = forms.CharField(
        required=False,
        max_length=40,
        help_text="For SMS, with the country: +4930123456.",
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    quiet_from = forms.CharField(required=False, label="Quiet from", widget=forms.TextInput(AT))
    quiet_until = forms.CharField(required=False, label="until", widget=forms.TextInput(AT))
    quiet_days = forms.MultipleChoiceField(
        choices=DAYS,
        required=False,
        label="On nights that begin on",
        widget=forms.CheckboxSelectMultiple,
        help_text="None: on every day.",
    )
    quiet_zone = forms.CharField(
        required=False,
        max_length=64,
        label="Time zone",
        help_text="Empty: the zone of your profile.",
        widget=forms.TextInput({"list": "time-zones", "autocomplete": "off"}),
    )
    digest = forms.ChoiceField(choices=Digest.choices, label="E-mail comes", widget=forms.RadioSelect)
    digest_hour = forms.ChoiceField(choices=HOURS, label="Once a day at")

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(min(PLACES, len(places))):
            self.fields[f"order-{number}"] = forms.ChoiceField(
                choices=[("", "—"), *places], required=False, label=f"Try {number + 1}."
            )

    def said(self) -> dict[str, Any]:
        """Return what the form says, as the action takes it."""
        given = self.cleaned_data
        order = [given[name] for name in self.fields if name.startswith("order-") and given[name]]
        plain = {name: given[name] for name in self.fields if not name.startswith("order-")}
        return plain | {
            "order": order,
            "quiet_days": [int(day) for day in given["quiet_days"]],
            "digest_hour": int(given["digest_hour"]),
        }


@signed_in
def preferences(request: PageRequest) -> HttpResponse:
    user = request.user
    row = habits_of([user])[user.pk]
    places = [(medium.value, medium.label) for medium in offered() if medium != Medium.APP]
    if request.method != "POST":
        return _shown(request, PreferencesForm(initial=_initial(row), places=places), _ticked(row))
    form = PreferencesForm(request.POST, places=places)
    ticked = _posted(request.POST, user)
    if not form.is_valid():
        return _shown(request, form, ticked, status=400)
    try:
        save_preferences(by=user, fields={**form.said(), "media": _kept(row, ticked)})
    except DomainError as error:
        refuse(form, error)
        return _shown(request, form, ticked, status=error.status)
    messages.success(request, "Saved. You are told like this from now on.")
    return back(request, reverse("notification_preferences"))


def _initial(row: Preferences) -> dict[str, Any]:
    order = {f"order-{number}": medium for number, medium in enumerate(order_of(row)[:PLACES])} if row.order else {}
    times = {name: f"{at:%H:%M}" if (at := getattr(row, name)) else "" for name in ("quiet_from", "quiet_until")}
    plain = {name: getattr(row, name) for name in ("language", "phone", "quiet_zone", "digest", "digest_hour")}
    return {**plain, **times, **order, "quiet_days": [str(day) for day in row.quiet_days]}


def _ticked(row: Preferences) -> dict[Kind, list[Medium]]:
    return {kind: media_for(row, kind) for kind in kinds_for(staff=row.person.is_support_staff)}


def _posted(given: QueryDict, user: User) -> dict[Kind, list[Medium]]:
    return {
        kind: [medium for medium in offered() if f"{kind}-{medium}" in given]
        for kind in kinds_for(staff=user.is_support_staff)
    }


def _kept(row: Preferences, ticked: dict[Kind, list[Medium]]) -> dict[str, list[str]]:
    """Return what was ticked, with what was said before of media that the desk does not offer at present."""
    hidden = set(Medium) - set(offered())
    return {kind: [*media, *(one for one in media_for(row, kind) if one in hidden)] for kind, media in ticked.items()}


def _shown(
    request: PageRequest, form: PreferencesForm, ticked: dict[Kind, list[Medium]], *, status: int = 200
) -> HttpResponse:
    media = offered()
    lines = [
        (kind, KINDS[kind], [(medium, f"{kind}-{medium}", medium in chosen) for medium in media])
        for kind, chosen in ticked.items()
    ]
    context = {
        "form": form,
        "media": media,
        "lines": lines,
        "order_fields": [form[name] for name in form.fields if name.startswith("order-")],
        "zones": sorted(available_timezones()),
        "frame": frame_for(request),
    }
    return page(request, "integrations/notifications/preferences.html", context, status=status)


@csrf_exempt  # a mailbox posts it for its reader, RFC 8058; the signature in the address is what is believed
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether mails of a kind should end; by POST, end them."""
    wish = wish_of(token)
    if request.method == "POST":
        end_mail(person=wish.person, kind=wish.kind)
    context = {"wish": wish, "is_done": request.method == "POST"}
    return render(request, "integrations/notifications/unsubscribe.html", context)
