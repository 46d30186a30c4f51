"""What belongs to tickets: messages, promises, time, advice. Each is read by its own time, with the number of its ticket."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import BigIntegerField, Case, DateTimeField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils.module_loading import import_string

from analytics.facts.asked import Filters
from analytics.facts.columns import Moment, fetch, number
from analytics.facts.tickets import names_of, places_of
from analytics.metrics.columns import NO_FLAGS, Advice, Messages, Names, Numbers, Promises, Rows, Tickets, Work
from analytics.metrics.periods import Period
from sla.calendars import Times
from sla.choices import ClockState, Metric, PolicyKind
from sla.models import Clock
from sla.report_rows import outcome
from sla.reports import Outcome
from tickets.choices import EventKind, Side
from tickets.models import Ticket, TicketEvent, TimeEntry, User

NOON = np.timedelta64(12, "h")


@dataclass(frozen=True)
class Asked:
    """Whose question it is, about which tickets and which time."""

    reader: User
    span: Period
    filters: Filters
    now: Any

    @cached_property
    def of_everybody(self) -> "Asked":
        """The same whoever the tickets are assigned to."""
        return replace(self, filters=self.filters.without("technician"))

    def tickets(self) -> QuerySet[Ticket]:
        """Return every ticket that may count: visible, neither archived nor merged into another, and let through."""
        seen = Ticket.objects.visible_to(self.reader).current().filter(merged_into=None)
        return seen.filter(self.filters.condition())

    @cached_property
    def on_tickets(self) -> Q:
        """The same for what belongs to a ticket. Where all may count none is looked at: the few that do not go later."""
        if self.reader.sees_all_tickets and not self.filters.accepted:
            return Q()
        own = Q(ticket__archived_at=None, ticket__merged_into=None) & self.filters.condition("ticket__")
        if self.reader.sees_all_tickets:
            return own
        return own & Q(ticket__in=Ticket.objects.visible_to(self.reader).values("pk"))


Table = tuple[Numbers, Callable[[Numbers], Rows]]  # tickets' numbers, and the table once their places are known


def messages(asked: Asked, tickets: Tickets) -> Table:
    """Public messages of the period and, for replies that come first in it, what was said before them.

    That matters only where the first response had been given before; first responses are the ticket's own.
    """
    within = _said(asked, Q(occurred_at__gte=asked.span.start, occurred_at__lt=asked.span.end))
    numbers, _, desk, _ = within
    firsts = np.r_[True, numbers[1:] != numbers[:-1]] if len(numbers) else NO_FLAGS
    replied = numbers[firsts & desk]
    rows = places_of(tickets, replied)
    unexplained = replied[(rows >= 0) & (tickets.first_responded_at[rows] < asked.span.first)] if len(tickets) else rows
    if len(unexplained):
        earlier = _said(asked, Q(ticket__in=unexplained.tolist(), occurred_at__lt=asked.span.start))
        within = _in_order([np.concatenate(pair) for pair in zip(earlier, within, strict=True)])
    numbers, at, desk, _ = within
    return numbers, lambda places: Messages(places, at, desk)


def _said(asked: Asked, when: Q) -> list[Any]:
    """Return ticket, time, whether the desk said it, and version. A query for each side, because each has its index."""
    sides = []
    for side in Side.values:
        rows = TicketEvent.objects.filter(asked.on_tickets, when, kind=EventKind.COMMENT_ADDED, data__side=side)
        numbers, at, version = fetch(rows, number("ticket_id"), Moment("occurred_at"), number("version"))
        sides.append((numbers, at, np.full(len(numbers), side == Side.DESK), version))
    return _in_order([np.concatenate(pair) for pair in zip(*sides, strict=True)])


def _in_order(columns: list[Any]) -> list[Any]:
    """Return what was said in the order of tickets and time."""
    numbers, at, _, version = columns
    order = np.lexsort((version, at, numbers))
    return [column[order] for column in columns]


def promises(asked: Asked, tickets: Tickets) -> Table:
    """Promises to customers that were decided in the period: met, or overdue by then."""
    start, end = asked.span.start, asked.span.end
    met = Q(state=ClockState.MET, stopped_at__gte=start, stopped_at__lt=end)
    late = ~Q(state__in=(ClockState.MET, ClockState.CANCELLED)) & Q(
        due_at__gte=start, due_at__lt=end, due_at__lte=asked.now
    )
    rows = Clock.objects.filter(asked.on_tickets, met | late, kind=PolicyKind.CUSTOMER)
    decided = Case(When(state=ClockState.MET, then=F("stopped_at")), default=Coalesce("due_at", "stopped_at"))
    kinds = [When(metric=name, then=Value(place)) for place, name in enumerate(Metric.values)]
    ends = [When(became=name, then=Value(place)) for place, name in enumerate(Outcome.values)]
    numbers, metric, at, became = fetch(
        rows.annotate(became=outcome(asked.now)),
        number("ticket_id"),
        number(Case(*kinds, output_field=BigIntegerField())),
        Moment(decided),
        number(Case(*ends, output_field=BigIntegerField())),
    )
    names = Names(metric, dict(enumerate(Metric.values)))
    met_code, breached, waived = (
        Outcome.values.index(name) for name in (Outcome.MET, Outcome.BREACHED, Outcome.WAIVED)
    )
    return numbers, lambda places: Promises(places, names, at, became == met_code, became == breached, became == waived)


def work(asked: Asked, tickets: Tickets) -> Table:
    """Time noted for days that begin in the period, in its own zone. A technician's is what they noted, on whosever tickets."""
    days = asked.span.start.date(), asked.span.end.date()
    authors = asked.filters.accepted.get("technician")
    by = Q() if authors is None else Q(user__in=authors)
    rows = TimeEntry.objects.filter(asked.of_everybody.on_tickets, by, worked_on__gte=days[0], worked_on__lte=days[1])
    numbers, user, day, minutes = fetch(
        rows, number("ticket_id"), number("user_id"), Moment(Cast("worked_on", DateTimeField())), number("minutes")
    )
    people = Names(user, names_of("technician", user))
    noon: Times = (day + NOON).astype("datetime64[us]")
    return numbers, lambda places: Work(places, people, noon, minutes)


def advice(asked: Asked, tickets: Tickets) -> Table:
    """Suggestions decided on in the period, from the room that `settings.DECIDED_ADVICE` names."""
    decided: Callable[[Q, Period], QuerySet[Any]] = import_string(settings.DECIDED_ADVICE)
    rows = decided(asked.on_tickets, asked.span)
    numbers, at, accepted = fetch(rows, number("ticket_id"), Moment("decided_at"), number("was_accepted"))
    return numbers, lambda places: Advice(places, at, accepted == 1)


READERS: dict[str, Callable[[Asked, Tickets], Table]] = {
    "messages": messages,
    "promises": promises,
    "work": work,
    "advice": advice,
}
