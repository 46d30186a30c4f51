"""Clocks and their ledgers, as stored: written by `sla/actions/clocks.py` only."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from sla.choices import OPEN_STATES, Cause, ClockState, Metric, PolicyKind
from tickets.choices import one_of
from tickets.models import Ticket, User

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

OPEN = Q(state__in=[state.value for state in OPEN_STATES])


class ClockQuerySet(models.QuerySet["Clock"]):
    def visible_to(self, user: User) -> "ClockQuerySet":
        """Clocks of visible tickets; a requester sees what was promised to customers."""
        clocks = self if user.sees_all_tickets else self.filter(ticket__in=Ticket.objects.visible_to(user))
        return clocks if user.is_support_staff else clocks.filter(kind=PolicyKind.CUSTOMER)

    def open(self) -> "ClockQuerySet":
        """Running or paused."""
        return self.filter(OPEN)

    def to_announce(self, now: datetime) -> "ClockQuerySet":
        """Those whose next warning or breach is due, the longest due first."""
        return self.filter(next_at__lte=now).order_by("next_at")


class Clock(models.Model):
    """One promise on one ticket, with the open end of its ledger; what came before is in its `Segment` rows.

    Whether a running clock is overdue is not stored: it is when `due_at` has passed.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="clocks", db_index=False)
    kind = models.CharField(max_length=20, choices=PolicyKind.choices)
    metric = models.CharField(max_length=20, choices=Metric.choices)
    serial = models.PositiveIntegerField(help_text="Counts next responses, and assignments of an internal promise.")
    state = models.CharField(max_length=20, choices=ClockState.choices)
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(
        null=True, help_text="When the target is used up; empty while time rests before that."
    )
    used = models.DurationField(help_text="Working time of the closed segments.")

    # The open segment, or what ended the clock
    since = models.DateTimeField()
    cause = models.CharField(max_length=20, choices=Cause.choices)
    detail = models.CharField(max_length=100, blank=True)
    event = models.PositiveIntegerField(null=True, help_text="The version of the ticket's event.")
    policy_version = models.ForeignKey("sla.PolicyVersion", on_delete=models.PROTECT, related_name="clocks")
    calendar_version = models.ForeignKey(
        "sla.CalendarVersion", on_delete=models.PROTECT, related_name="clocks", db_index=False
    )
    target = models.DurationField(null=True, help_text="Promised working time; empty while nothing is promised.")

    # What a watcher needs
    announced = models.PositiveSmallIntegerField(default=0, help_text="The highest percentage announced so far.")
    next_percent = models.PositiveSmallIntegerField(null=True, help_text="To be announced next; 100 is the breach.")
    next_at = models.DateTimeField(null=True)
    quiet_until = models.DateTimeField(
        null=True, help_text="A breach before this moment, by an import or an edit, is noted without alerts."
    )

    # What somebody further right foresees
    foreseen = models.PositiveSmallIntegerField(
        null=True, help_text="How likely it will be broken, in percent, as of the last forecast; empty without one."
    )

    objects = ClockQuerySet.as_manager()

    if TYPE_CHECKING:
        segments: RelatedManager["Segment"]

    class Meta:
        ordering = ["ticket", "kind", "metric", "serial"]
        constraints = [
            one_of("kind", PolicyKind),
            one_of("metric", Metric),
            one_of("state", ClockState),
            one_of("cause", Cause),
            models.UniqueConstraint(fields=["ticket", "kind", "metric", "serial"], name="sla_clock_once"),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="sla_clock_to_announce", condition=~Q(next_at=None)),
            models.Index(fields=["due_at", "id"], name="sla_clock_open_by_due", condition=OPEN),
            # Few of many, found without going through the others
            models.Index(fields=["due_at", "id"], name="sla_clock_at_risk", condition=OPEN & Q(announced__gt=0)),
            models.Index(fields=["id"], name="sla_clock_resting", condition=OPEN & Q(due_at=None)),
            models.Index(
                fields=["foreseen", "id"],
                name="sla_clock_open_by_foreseen",
                condition=OPEN & Q(foreseen__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"T-{self.ticket_id} {self.get_metric_display()} {self.serial}"


class Segment(models.Model):
    """A closed stretch of a clock's ledger, running or paused, under the terms that held."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="segments", db_index=False)
    number = models.PositiveIntegerField()
    start = models.DateTimeField()
    end = models.DateTimeField()
    running = models.BooleanField()
    cause = models.CharField(max_length=20, choices=Cause.choices)
    detail = models.CharField(max_length=100, blank=True)
    event = models.PositiveIntegerField(null=True)
    policy_version = models.ForeignKey("sla.PolicyVersion", on_delete=models.PROTECT, related_name="+", db_index=False)
    calendar_version = models.ForeignKey(
        "sla.CalendarVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    target = models.DurationField(null=True)

    class Meta:
        ordering = ["clock", "number"]
        constraints = [
            one_of("cause", Cause),
            models.UniqueConstraint(fields=["clock", "number"], name="sla_segment_once"),
        ]

    def __str__(self) -> str:
        return f"{'Ran' if self.running else 'Rested'} {self.start:%Y-%m-%d %H:%M} to {self.end:%Y-%m-%d %H:%M}"
