"""What may be foreseen for open tickets now: their past and the present of the desk, read set-based, put before what was learned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count

from ai.choices import Learning
from ai.learned import Learned, active
from ai.risk.course import Course
from ai.risk.desk import WHOLE, Desk, Kind
from ai.risk.features import Moment
from ai.risk.log import promises_of, steps_of
from ai.risk.prediction import Forecast, Forecaster
from ai.risk.promise import hours_of
from sla.choices import OPEN_STATES
from sla.library import library
from sla.models import Clock
from tickets.models import Ticket

LOAD_KEPT = 60  # seconds
WEEK = timedelta(days=7)
COLUMNS = {"team": "team_id", "assignee": "assignee_id", "category": "category_id", "organization": "organization_id"}
TOO_LITTLE = "There is too little history to foretell this yet. The risk is what the clock says."
NOTHING_PROMISED = "No solution is promised on this ticket at present."
OVERDUE = "The promise is broken already: that is a fact, not a forecast."
NOT_COUNTED = "Nothing can be foretold while the promise does not count. The risk is what the clock says."
_made: list[tuple[Learned, Forecaster]] = []  # one: of the version in use


@dataclass(frozen=True)
class Outlook:
    """What is foreseen for a ticket. Without a `forecast`, `said` tells why not; `clock` is the promise it is about, if one is open."""

    ticket: Ticket
    clock: Clock | None
    forecast: Forecast | None = None
    version: Learned | None = None
    said: str = ""
    is_overdue: bool = False


def outlooks(tickets: Sequence[Ticket], now: datetime) -> list[Outlook]:
    """Return what is foreseen for each ticket, in a constant number of queries."""
    learned = active(Learning.RISK)
    promised = promises_of([ticket.pk for ticket in tickets], library())
    found: dict[int, Outlook] = {}
    wanted: list[tuple[Ticket, Clock, Moment]] = []
    for ticket in tickets:
        clock, promise = promised.get(ticket.pk, (None, None))
        if clock is None or promise is None or clock.state not in OPEN_STATES:
            found[ticket.pk] = Outlook(ticket, None, said=NOTHING_PROMISED)
        elif clock.due_at is not None and clock.due_at <= now:
            found[ticket.pk] = Outlook(ticket, clock, said=OVERDUE, is_overdue=True)
        elif learned is None:
            found[ticket.pk] = Outlook(ticket, clock, said=TOO_LITTLE)
        elif (standing := promise(hours_of(now))) is None:
            found[ticket.pk] = Outlook(ticket, clock, said=NOT_COUNTED)
        else:
            wanted.append((ticket, clock, standing))
    if wanted and learned:
        found |= _foretold(wanted, learned, now)
    return [found[ticket.pk] for ticket in tickets]


def _foretold(wanted: Sequence[tuple[Ticket, Clock, Moment]], learned: Learned, now: datetime) -> dict[int, Outlook]:
    forecaster, at = forecaster_of(learned), hours_of(now)
    steps = steps_of(ticket for ticket, _, _ in wanted)
    courses = []
    for ticket, _, standing in wanted:
        course = Course(hours_of(ticket.created_at))
        for step in steps[ticket.pk]:
            if step.at <= at:
                course.take(step)
        courses.append((course, standing))
    told = forecaster.foretell(courses, present(forecaster, now), at)
    return {t.pk: Outlook(t, clock, forecast, learned) for (t, clock, _), forecast in zip(wanted, told, strict=True)}


def forecaster_of(learned: Learned) -> Forecaster:
    """Return the forecaster of a version, made once in a process."""
    for held, forecaster in _made:
        if held is learned:
            return forecaster
    forecaster = Forecaster.of(learned.arrays, learned.about)
    _made[:] = [(learned, forecaster)]
    return forecaster


def present(forecaster: Forecaster, now: datetime) -> Desk:
    """Return the desk with what it remembers and its load, counted at most a minute ago."""
    desk = forecaster.desk()
    counted = cache.get("ai-risk-load")
    if counted is None:
        counted = _load(now)
        cache.set("ai-risk-load", counted, LOAD_KEPT)
    desk.open, desk.came, desk.went = counted
    return desk


def _load(now: datetime) -> tuple[dict[Kind, int], dict[Kind, int], dict[Kind, int]]:
    tickets = Ticket.objects.unresolved()
    open_ones: dict[Kind, int] = {}
    for key in COLUMNS:
        open_ones |= _counts(tickets, key)
    came = _counts(Ticket.objects.current().filter(created_at__gte=now - WEEK, created_at__lte=now), "team")
    went = _counts(Ticket.objects.filter(resolved_at__gte=now - WEEK, resolved_at__lte=now), "team")
    return open_ones, came, went


def _counts(tickets: Any, key: str) -> dict[Kind, int]:
    column = COLUMNS[key]
    rows = list(tickets.order_by().values_list(column).annotate(count=Count("pk")))
    found: dict[Kind, int] = {(key, str(pk)): count for pk, count in rows if pk is not None}
    return {WHOLE: sum(count for _, count in rows)} | found
