"""Calendars: the week as people write it down, a preview of what it comes to, and holidays brought in."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from sla.actions.calendars import (
    checked,
    import_holidays_file,
    import_public_holidays,
    remove_calendar,
    save_calendar,
)
from sla.choices import Scope
from sla.ics import BYTES_AT_MOST
from sla.models import Calendar, CalendarVersion
from sla.public_holidays import NAMES, YEARS_AT_MOST
from sla.rules import WEEKDAYS
from tickets.admin.base import ZONES, ConfiguredAdmin, ModelForm, ReadOnlyRows, action, actor, back, display, refuse
from tickets.errors import Invalid

DAYS_SHOWN = 14
HINT = "09:00-12:00, 13:00-17:30"
AT_ONCE = [(scope, scope.label) for scope in (Scope.NEW, Scope.OPEN)]


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


class ScopeField(forms.ChoiceField):
    """Whose deadlines a change may move."""

    def __init__(self, choices: Any = Scope.choices) -> None:
        super().__init__(
            label="Holds for",
            choices=choices,
            initial=Scope.NEW,
            required=False,
            widget=UnfoldAdminRadioSelectWidget(),
            help_text="Deadlines of open tickets move only where you say so here.",
        )


class CalendarForm(ModelForm):
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
    scope = ScopeField()
    since = forms.DateField(label="Created since", required=False, widget=UnfoldAdminSingleDateWidget())
    note = forms.CharField(
        label="What changes",
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget(),
        help_text="For the list of versions.",
    )

    class Meta:
        model = Calendar
        fields = ["name", "is_default"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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
        refuse(self, self._checked)
        if cleaned.get("scope") == Scope.SINCE and not cleaned.get("since"):
            self.add_error("since", "Say from when on.")
        return cleaned

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


class VersionRows(ReadOnlyRows):
    model = CalendarVersion
    fields = readonly_fields = ["number", "note", "made_by", "made_at", "after_ticket", "created_since"]


@admin.register(Calendar)
class CalendarAdmin(ConfiguredAdmin):
    form = CalendarForm
    list_display = ["name", "is_default", "zone", "week", "changed"]
    search_fields = ["name"]
    readonly_fields = ["preview"]
    inlines = [VersionRows]
    actions_detail = ["add_holidays"]
    week_fields = {
        "fields": list(WEEKDAYS),
        "description": f"Times of local clocks, as in “{HINT}”. A window that ends the next day: 22:00-06:00+1. "
        "Round the clock: 00:00-24:00. An empty day is closed.",
    }
    change_fields = {"fields": ["version", ("scope", "since"), "note"]}
    add_fieldsets = [
        (None, {"fields": [("name", "zone"), "is_default"]}),
        ("Week", week_fields),
        ("Other days", {"fields": ["holidays", "exceptions"]}),
    ]
    fieldsets = [*add_fieldsets, ("This change", change_fields), ("The next two weeks", {"fields": ["preview"]})]

    def get_fieldsets(self, request: HttpRequest, obj: Calendar | None = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_inlines(self, request: HttpRequest, obj: Calendar | None = None) -> Any:
        return self.inlines if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Calendar.objects.with_latest()

    def save_model(self, request: HttpRequest, obj: Calendar, form: CalendarForm, change: bool) -> None:
        said = form.cleaned_data
        fields = {"name": said["name"], "note": said.get("note", ""), **form.rules()}
        if "is_default" in form.changed_data:
            fields["is_default"] = said["is_default"]
        calendar = Calendar.objects.get(pk=obj.pk) if change else None
        since = str(said["since"]) if said.get("since") else None
        saved = save_calendar(
            by=actor(request),
            fields=fields,
            calendar=calendar,
            version=said.get("version"),
            scope=said.get("scope"),
            since=since,
        )
        obj.pk, obj._state.adding = saved.pk, False

    def delete_model(self, request: HttpRequest, obj: Calendar) -> None:
        remove_calendar(by=actor(request), calendar=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Calendar]) -> None:
        self.each(request, queryset, lambda row: remove_calendar(by=actor(request), calendar=row), "deleted")

    @display(description="Time zone")
    def zone(self, calendar: Calendar) -> str:
        return calendar.latest.parsed.zone

    @display(description="Working time in a week")
    def week(self, calendar: Calendar) -> str:
        minutes = sum(end - start for windows in calendar.latest.parsed.windows for start, end in windows)
        return f"{minutes / 60:g} h"

    @display(description="Changed")
    def changed(self, calendar: Calendar) -> datetime:
        return calendar.latest.made_at

    @display(description="Working time")
    def preview(self, calendar: Calendar) -> str:
        return render_to_string(
            "admin/sla/calendar_preview.html", {"days": days_ahead(calendar), "zone": self.zone(calendar)}
        )

    @action(description="Add holidays", url_path="holidays", icon="celebration")
    def add_holidays(self, request: HttpRequest, object_id: str) -> HttpResponse:
        calendar = get_object_or_404(Calendar, pk=object_id if object_id.isascii() and object_id.isdigit() else 0)
        this_year = timezone.now().year
        years = {"first_year": this_year, "last_year": this_year + 2}
        form = HolidaysForm(request.POST or None, request.FILES or None, initial=years)
        if request.method == "POST" and form.is_valid():
            done = refuse(form, lambda: bring_in(request, calendar, form.cleaned_data))  # type: ignore[arg-type]
            if done:
                self.message_user(request, f"{done.added} holidays added.")
                for line in done.skipped[:10]:
                    self.message_user(request, f"Left out: {line}", "warning")
                return back(request, "admin:sla_calendar_change", calendar.pk)
        context = self.admin_site.each_context(request) | {"opts": self.opts, "title": f"Add holidays to {calendar}"}
        return render(request, "admin/sla/calendar_holidays.html", context | {"form": form, "calendar": calendar})


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


def days_ahead(calendar: Calendar) -> list[dict[str, Any]]:
    """Return the next days as a table has them: the date, what it is, and its working time on local clocks."""
    hours, rules = calendar.latest.compiled, calendar.latest.parsed
    zone = ZoneInfo(rules.zone)
    today = timezone.now().astimezone(zone).date()
    days = []
    for day in (today + timedelta(days=number) for number in range(DAYS_SHOWN)):
        begin = datetime.combine(day, datetime.min.time(), zone)
        end = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
        stretches = [
            f"{a.astimezone(zone):%H:%M}–{'24:00' if b == end else f'{b.astimezone(zone):%H:%M}'}"
            for a, b in hours.intervals(begin, end)
        ]
        length = hours.elapsed(begin, end) / timedelta(hours=1)
        days.append({"day": day, "holiday": rules.holiday(day), "stretches": stretches, "hours": f"{length:.4g}"})
    return days
