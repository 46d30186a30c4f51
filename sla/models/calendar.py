"""Calendars and their versions: which hours count. A version never changes; an edit makes a new one."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from sla import calendars
from sla.rules import Rules
from tickets.models import User
from tickets.models.history import Trail

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class CalendarQuerySet(models.QuerySet["Calendar"]):
    def with_latest(self) -> "CalendarQuerySet":
        """Fetch the newest version of each along."""
        newer = CalendarVersion.objects.filter(
            calendar=models.OuterRef("calendar"), number__gt=models.OuterRef("number")
        )
        newest = CalendarVersion.objects.filter(~models.Exists(newer)).select_related("made_by")
        return self.prefetch_related(models.Prefetch("versions", newest))


class Calendar(models.Model):
    """Hours with a name. What they are is in the newest version, `calendar.latest`."""

    name = models.CharField(max_length=100, unique=True)
    is_default = models.BooleanField(default=False, help_text="Proposed wherever a calendar is to be chosen.")

    objects = CalendarQuerySet.as_manager()
    history = Trail()

    if TYPE_CHECKING:
        versions: RelatedManager["CalendarVersion"]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="sla_calendar_one_default"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def latest(self) -> "CalendarVersion":
        return self.versions.all()[0]


class CalendarVersion(models.Model):
    """The rules of a calendar from an edit on. An earlier version holds for the tickets that this one leaves out."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    rules = models.JSONField(help_text="As `sla/rules.py` reads them.")
    note = models.CharField(max_length=200, blank=True, help_text="What changed.")
    after_ticket = models.BigIntegerField(default=0, help_text="Holds for tickets with a higher number only.")
    created_since = models.DateTimeField(null=True, help_text="Holds for tickets created from then on only.")
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["calendar", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "number"], name="sla_calendarversion_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="sla_calendarversion_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.calendar} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A version is never changed; save the calendar to make another.")
        super().save(*args, **kwargs)

    @cached_property
    def parsed(self) -> Rules:
        """The rules as they are compiled."""
        return Rules.from_json(self.rules)

    @property
    def compiled(self) -> calendars.Calendar:
        """What answers about working time; one object for equal rules."""
        return calendars.Calendar.compile(self.parsed)
