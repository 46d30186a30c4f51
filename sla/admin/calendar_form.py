"""The form of a calendar: a week as people write it down."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.utils import to_current_timezone
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelect2Widget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from sla.actions.calendars import checked, preview_calendar_edit
from sla.admin.calendar_trial import TARGET, Trial, trial_of
from sla.admin.impact import FORMER, EditForm
from sla.choices import Scope
from sla.impact import Impact
from sla.models import Calendar
from sla.rules import WEEKDAYS, Rules
from tickets.admin.base import ZONES, refuse
from tickets.errors import Invalid

TRY = "_try"  # the button that shows without saving
MINUTE = "%Y-%m-%dT%H:%M"


def words(text: str) -> list[str]:
    """Return the parts between commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def lines(text: str) -> dict[str, str]:
    """Return the first word of each line → the rest of it, and of other lines that begin with it."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        first, _, rest = line.partition(" ")
        found[first] = f"{found[first]}, {rest.strip()}" if first in found else rest.strip()
    return found


class WindowsField(forms.CharField):
    """The windows of one day, on one line."""

    def __init__(self, day: str) -> None:
        widget = UnfoldAdminTextInputWidget({"placeholder": "closed", "autocomplete": "off"})
        super().__init__(label=day.capitalize(), required=False, max_length=500, widget=widget)


class LineField(forms.CharField):
    """A date and something about it on each line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=UnfoldAdminTextareaWidget({"rows": 8}), **kwargs)


class CalendarForm(EditForm):
    zone = forms.ChoiceField(label="Time zone", choices=ZONES, initial="UTC", widget=UnfoldAdminSelect2Widget())
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = map(WindowsField, WEEKDAYS)
    holidays = LineField(
        help_text="A date and a name on each line: “2026-04-03 Good Friday”, or “12-25 Christmas Day” for every year. "
        "A holiday takes away the windows that begin on it."
    )
    exceptions = LineField(
        help_text="A date and its extra windows on each line: “2026-12-24 09:00-12:00”. They count on holidays too."
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())
    note = forms.CharField(
        label="What changes",
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget(),
        help_text="For the list of versions.",
    )
    opened = forms.DateTimeField(
        label="A ticket opened on",
        required=False,
        widget=UnfoldAdminTextInputWidget({"type": "datetime-local"}),
        help_text="By the calendar's clocks.",
    )
    hours = forms.DecimalField(
        label="with this many hours to go",
        required=False,
        min_value=Decimal("0.1"),
        max_value=Decimal(8_784),
        widget=UnfoldAdminTextInputWidget({"inputmode": "decimal"}),
    )

    class Meta:
        model = Calendar
        fields = ["name", "is_default"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = trial_of(self.instance)
        now = shown.now if shown else timezone.now()
        self.initial.update(opened=now.strftime(MINUTE), hours=TARGET // timedelta(hours=1))
        if self.instance.pk:
            self.fields["is_default"].disabled = self.instance.is_default  # another one takes it over
            rules = self.instance.latest.rules
            self.initial["version"] = self.instance.latest.number
            week = {day: ", ".join(windows) for day, windows in rules["windows"].items()}
            holidays = "\n".join(f"{day} {name}".strip() for day, name in rules["holidays"].items())
            exceptions = "\n".join(f"{day} {', '.join(windows)}" for day, windows in rules["exceptions"].items())
            self.initial.update(zone=rules["zone"], holidays=holidays, exceptions=exceptions, **week)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        rules = refuse(self, self._checked)
        if cleaned.get("scope") == Scope.SINCE and not cleaned.get("since"):
            self.add_error("since", "Say from when on.")
        if rules:
            self.instance.tried = self._try(rules)
        if TRY in self.data:
            self.add_error(None, "Nothing is saved yet. Below is what the calendar comes to as it stands here.")
        elif rules and self.calendar and not self.errors:
            refuse(self, lambda: self.ask_once(self.rules(), self._impact))
        return cleaned

    def _try(self, rules: Rules) -> Trial:
        """Return what the rules come to: the days ahead, and the sample that was asked for."""
        opened, hours = self.cleaned_data.get("opened"), self.cleaned_data.get("hours")
        wall = to_current_timezone(opened) if opened else None
        return Trial(rules, wall, timedelta(hours=float(hours)) if hours else None)

    def _impact(self) -> Impact:
        assert self.calendar  # noqa: S101 - a new one moves no deadline
        return preview_calendar_edit(by=FORMER, calendar=self.calendar, fields=self.rules(), **self.reach())

    @property
    def calendar(self) -> Calendar | None:
        return Calendar.objects.get(pk=self.instance.pk) if self.instance.pk else None

    def _checked(self) -> Any:
        """Check the rules; a refusal is put beside the field that people see. Raises Invalid."""
        try:
            return checked(self.rules())
        except Invalid as error:
            found: dict[str, list[str]] = {}
            for field, texts in error.errors.items():
                where, _, part = field.partition(".")
                shown = {"windows": part if part in WEEKDAYS else WEEKDAYS[0]}.get(where, where)
                found.setdefault(shown, []).extend(texts)
            raise Invalid(found) from None

    def rules(self) -> dict[str, Any]:
        """Return the rules that the form describes."""
        said = self.cleaned_data
        return {
            "zone": said.get("zone"),
            "windows": {day: words(said.get(day, "")) for day in WEEKDAYS},
            "holidays": lines(said.get("holidays", "")),
            "exceptions": {day: words(rest) for day, rest in lines(said.get("exceptions", "")).items()},
        }
