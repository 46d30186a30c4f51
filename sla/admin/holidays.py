"""Holidays brought into a calendar: of a country, or from a file."""

from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelect2Widget, UnfoldAdminTextInputWidget

from sla.actions.calendars import import_holidays_file, import_public_holidays
from sla.admin.impact import ScopeField
from sla.choices import Scope
from sla.ics import BYTES_AT_MOST
from sla.models import Calendar
from sla.public_holidays import NAMES, YEARS_AT_MOST
from tickets.admin.base import actor

AT_ONCE = [(scope, scope.label) for scope in (Scope.NEW, Scope.OPEN)]


class HolidaysForm(forms.Form):
    """Public holidays of a country, or a file."""

    country = forms.ChoiceField(
        choices=[("", "—"), *sorted(NAMES.items(), key=lambda pair: pair[1])],
        required=False,
        widget=UnfoldAdminSelect2Widget(),
    )
    subdivision = forms.CharField(
        required=False, widget=UnfoldAdminTextInputWidget(), help_text="A state or region, by its code: BY, CA."
    )
    first_year = forms.IntegerField(widget=UnfoldAdminTextInputWidget())
    last_year = forms.IntegerField(widget=UnfoldAdminTextInputWidget())
    file = forms.FileField(
        label="Or an iCalendar file",
        required=False,
        widget=UnfoldAdminFileFieldWidget({"accept": ".ics,text/calendar"}),
        help_text="Its all-day events become holidays.",
    )
    scope = ScopeField(AT_ONCE)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("country") and not cleaned.get("file"):
            self.add_error("country", "Choose a country, or a file.")
        if cleaned.get("file") and cleaned["file"].size > BYTES_AT_MOST:
            self.add_error("file", f"Choose a file of at most {BYTES_AT_MOST // 1024:,} kB.")
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and not 0 <= last - first < YEARS_AT_MOST:
            self.add_error("last_year", f"Choose at most {YEARS_AT_MOST} years, the first one first.")
        return cleaned


def bring_in(request: HttpRequest, calendar: Calendar, said: dict[str, Any]) -> Any:
    """Add the holidays that the form asks for. Raises NotAllowed, Invalid, TooLarge."""
    by, scope = actor(request), said["scope"] or Scope.NEW
    if said["file"]:
        return import_holidays_file(by=by, calendar=calendar, raw=said["file"].read(), scope=scope)
    return import_public_holidays(
        by=by,
        calendar=calendar,
        country=said["country"],
        subdivision=said["subdivision"],
        years=range(said["first_year"], said["last_year"] + 1),
        scope=scope,
    )
