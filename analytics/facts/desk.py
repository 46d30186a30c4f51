"""The facts of the desk, as far as a reader sees them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import numpy as np

from analytics.facts.asked import Filters
from analytics.facts.columns import Moment, fetch
from analytics.facts.tables import READERS, Asked, Table
from analytics.facts.tickets import joined, places_of, read_tickets
from analytics.metrics.columns import NO_NUMBERS, Facts, Tickets
from analytics.metrics.periods import Period, moment
from sla.calendars import Calendar, Times
from sla.models import Calendar as DeskCalendar
from tickets.models import Technician, User

EVERYTHING = Filters()


def read_facts(
    reader: User, span: Period, *, now: datetime, tables: Collection[str], filters: Filters = EVERYTHING
) -> Facts:
    """Return the tickets that were unresolved at some time of a span, with the tables named, as the reader sees them.

    Tickets that were resolved before are there where something in a table belongs to them. Metrics may be asked for any period
    within the span.
    """
    asked = Asked(reader, span, filters, now)
    created = asked.tickets().filter(created_at__lt=span.end)
    rows = read_tickets(created.filter(resolved_at=None), created.filter(resolved_at__gte=span.start))
    read = {name: READERS[name](asked, rows) for name in tables}
    earlier = np.unique(
        np.concatenate([NO_NUMBERS, *(numbers[places_of(rows, numbers) < 0] for numbers, _ in read.values())])
    )
    if len(earlier):
        rows = joined(rows, read_tickets(created.filter(pk__in=earlier.tolist())))
    beside = _worked_on(asked, rows, read)
    inner: dict[str, Any] = {}
    for name, (numbers, table) in read.items():
        at = places_of(rows, numbers)
        if beside is not None and name == "work":
            others = places_of(beside, numbers)
            at = np.where((at < 0) & (others >= 0), len(rows) + others, at)
        inner[name] = table(at).take(np.flatnonzero(at >= 0))
    return Facts(
        tickets=rows,
        now=moment(now),
        beside=beside,
        calendar=desk_calendar(),
        limits=limits(),
        known=frozenset(tables),
        **inner,
    )


def _worked_on(asked: Asked, rows: Tickets, read: Mapping[str, Table]) -> Tickets | None:
    """Return the tickets of others that the technicians asked about noted time on."""
    if "work" not in read or "technician" not in asked.filters.accepted:
        return None
    numbers = np.unique(read["work"][0][places_of(rows, read["work"][0]) < 0])
    return read_tickets(asked.of_everybody.tickets().filter(pk__in=numbers.tolist())) if len(numbers) else None


def read_creations(reader: User, since: datetime, *, now: datetime, filters: Filters = EVERYTHING) -> Times:
    """Return when the tickets were created that a reader sees, from a moment on."""
    tickets = Asked(reader, Period(since, now), filters, now).tickets().filter(created_at__gte=since)
    created: Times = fetch(tickets, Moment("created_at"))[0]
    return created


def desk_calendar() -> Calendar | None:
    """Return the calendar whose working time is business time: the one proposed wherever one is chosen."""
    calendar = DeskCalendar.objects.with_latest().filter(is_default=True).first()
    return calendar.latest.compiled if calendar else None


def limits() -> dict[int, int]:
    """Return user → unresolved tickets at a time."""
    return dict(Technician.objects.filter(user__is_active=True).values_list("user", "max_load"))
