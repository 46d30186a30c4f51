"""Calendars: the week as people write it down, what it comes to, and holidays brought in."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from sla.actions.calendars import remove_calendar, save_calendar
from sla.admin import impact
from sla.admin.calendar_form import TRY, CalendarForm
from sla.admin.calendar_trial import trial_of
from sla.admin.holidays import HolidaysForm, bring_in
from sla.models import Calendar, CalendarVersion
from sla.rules import WEEKDAYS
from tickets.admin.base import ConfiguredAdmin, ReadOnlyRows, action, actor, back, display, refuse

HINT = "09:00-12:00, 13:00-17:30"


class VersionRows(ReadOnlyRows):
    model = CalendarVersion
    fields = readonly_fields = ["number", "note", "made_by", "made_at", "after_ticket", "created_since"]


@admin.register(Calendar)
class CalendarAdmin(ConfiguredAdmin):
    form = CalendarForm
    list_display = ["name", "is_default", "zone", "week", "changed"]
    search_fields = ["name"]
    readonly_fields = ["days", "sample"]
    inlines = [VersionRows]
    actions_detail = ["add_holidays"]
    week_fields = {
        "fields": list(WEEKDAYS),
        "description": f"Times of local clocks, as in “{HINT}”. A window that ends the next day: 22:00-06:00+1. "
        "Round the clock: 00:00-24:00. An empty day is closed.",
    }
    change_fields = {"fields": ["version", *impact.FIELDS, "note"]}
    trial_fieldsets = [
        ("When a ticket would be due", {"fields": [("opened", "hours"), "sample"], "classes": ["trial"]}),
        ("The next two weeks", {"fields": ["days"]}),
    ]
    own_fieldsets = [
        (None, {"fields": [("name", "zone"), "is_default"]}),
        ("Week", week_fields),
        ("Other days", {"fields": ["holidays", "exceptions"]}),
    ]
    add_fieldsets = [*own_fieldsets, *trial_fieldsets]
    fieldsets = [*own_fieldsets, ("This change", change_fields), *trial_fieldsets]

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
        saved = save_calendar(
            by=actor(request), fields=fields, calendar=form.calendar, version=said.get("version"), **form.reach()
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
    def days(self, calendar: Calendar) -> SafeString:
        return render_to_string("admin/sla/calendar_days.html", {"trial": trial_of(calendar)})

    @display(description="Due")
    def sample(self, calendar: Calendar) -> SafeString:
        return render_to_string("admin/sla/calendar_sample.html", {"trial": trial_of(calendar), "button": TRY})

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
