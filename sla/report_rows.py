"""What reports count, read in sets: promises on the tickets that were created, or resolved, in a period.

The period selects tickets by an index of `tickets`, their clocks follow by `sla_clock_once`; groups and shares are counted by the
database, so that a million clocks arrive as a few hundred rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, FloatField, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Floor, Least, TruncDay, TruncMonth, TruncWeek

from sla import reports
from sla.choices import OPEN_STATES, ClockState, Metric, PolicyKind
from sla.models import Clock
from sla.reports import Ended, Outcome
from tickets.choices import CLOSED_STATUSES, Level
from tickets.models import Ticket, User

PERIODS: dict[str, Any] = {"day": TruncDay, "week": TruncWeek, "month": TruncMonth}
COLUMNS = {  # what a report may be grouped and narrowed by
    "policy": "policy_version__policy",
    "metric": "metric",
    "organization": "ticket__organization",
    "team": "ticket__team",
    "technician": "ticket__assignee",
    "priority": "ticket__priority",
}
DIMENSIONS = (*COLUMNS, *PERIODS)
VALUES: dict[str, type[Any]] = {"metric": Metric, "priority": Level}
MOST_PERCENT = 1000  # shares above it count as this


class Seconds(Func):
    """A span as seconds, on either database."""

    output_field = FloatField()
    arity = 1

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="EXTRACT(EPOCH FROM %(expressions)s)::float8", **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s / 1000000.0)", **context)


@dataclass(frozen=True)
class Question:
    """What a report is asked for: promises on tickets created from `start` to before `end`."""

    start: datetime
    end: datetime
    group_by: tuple[str, ...] = ()
    kind: PolicyKind = PolicyKind.CUSTOMER
    only: tuple[tuple[str, Any], ...] = field(default=())  # dimension → value


def outcome(now: datetime) -> Case:
    """Return what became of a clock, as of `now`."""
    overdue = Q(state__in=OPEN_STATES, due_at__lte=now)
    return Case(
        When(breach__waiver__isnull=False, then=Value(Outcome.WAIVED)),
        When(state=ClockState.MET, then=Value(Outcome.MET)),
        When(Q(state=ClockState.MISSED) | overdue, then=Value(Outcome.BREACHED)),
        default=Value(Outcome.OPEN),
    )


def promises(reader: User) -> QuerySet[Clock]:
    """Return the promises on the tickets that the reader sees; what was cancelled or archived promises nothing."""
    return Clock.objects.visible_to(reader).exclude(state=ClockState.CANCELLED).filter(ticket__archived_at=None)


def counts(question: Question, reader: User, now: datetime) -> Iterator[reports.Count]:
    """Yield what a report sums up: how many promises of each group ended alike and used alike."""
    rows = promises(reader).filter(
        kind=question.kind, ticket__created_at__gte=question.start, ticket__created_at__lt=question.end
    )
    rows = rows.filter(**{COLUMNS[name]: value for name, value in question.only})
    names = [f"by_{name}" for name in question.group_by]
    groups = {f"by_{name}": _group(name, ZoneInfo(reader.time_zone)) for name in question.group_by}
    found = rows.annotate(**groups, outcome=outcome(now), percent=_percent())
    for *group, ended_as, percent, count in (
        found.order_by()
        .values(*names, "outcome", "percent")
        .annotate(count=Count("pk"))
        .values_list(*names, "outcome", "percent", "count")
    ):
        yield reports.Count(tuple(group), Outcome(ended_as), percent, count)


def _group(name: str, zone: ZoneInfo) -> Any:
    if name in PERIODS:
        return PERIODS[name]("ticket__created_at", tzinfo=zone)
    return F(COLUMNS[name])


def _percent() -> Case:
    """Return how much of its target a promise that ended had used up, in whole percent."""
    share = Floor(Seconds(F("used")) * Value(100.0) / Seconds(F("target")))
    return Case(
        When(state__in=OPEN_STATES, then=None),
        default=Cast(Least(share, Value(MOST_PERCENT, FloatField())), IntegerField()),
        output_field=IntegerField(),
    )


def performance_rows(technician: User, start: datetime, end: datetime, now: datetime) -> tuple[int, list[Ended]]:
    """Return how many tickets somebody resolved in a period, and what was promised to the customers of these."""
    resolved = Ticket.objects.current().filter(
        assignee=technician, status__in=CLOSED_STATUSES, resolved_at__gte=start, resolved_at__lt=end
    )
    rows = Clock.objects.filter(ticket__in=resolved, kind=PolicyKind.CUSTOMER).exclude(state=ClockState.CANCELLED)
    lines = rows.annotate(outcome=outcome(now)).values_list("ticket", "metric", "outcome", "used")
    ended = [Ended(ticket, metric, Outcome(said), used) for ticket, metric, said, used in lines]
    return resolved.count(), ended
