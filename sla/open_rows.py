"""Open tickets and their clocks as plain tuples: what an edit of a policy or calendar is reckoned from, read without making models."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from sla.choices import OPEN_STATES
from sla.library import Library
from sla.matching import Attributes
from sla.models import Clock, Segment
from sla.moves import Earlier, OpenClock, Stretch
from tickets.bulk import among, read
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet

NO_TAGS: frozenset[int] = frozenset()
TICKET = (
    *("pk", "created_at", "organization", "organization__tier", "category", "team", "channel"),
    *("priority", "status", "first_responded_at", "due_at", "risk"),
)
CLOCK = (
    *("pk", "ticket", "kind", "metric", "state", "since", "used", "due_at", "target"),
    *("policy_version", "calendar_version"),
)
WHOLE_CLOCK = (*CLOCK, "announced", "cause", "detail", "event", "foreseen")


class OpenTicket(NamedTuple):
    """A ticket that is not resolved: what policies look at, and what its clocks do."""

    seen: Attributes
    priority: str
    status: str
    first_responded_at: datetime | None
    due_at: datetime | None
    risk: str

    @property
    def pk(self) -> int:
        return self.seen.number


Clocks = dict[int, list[OpenClock]]  # by ticket


def open_tickets(rows: TicketQuerySet, *, with_tags: bool) -> Iterator[OpenTicket]:
    """Yield the tickets of a query; with their tags where a policy looks at them."""
    tags: dict[int, set[int]] = defaultdict(set)
    if with_tags:
        for ticket, tag in Ticket.tags.through.objects.filter(ticket__in=rows).values_list("ticket", "tag"):
            tags[ticket].add(tag)
    for row in read(rows.values_list(*TICKET)):
        own = frozenset(tags.get(row[0], NO_TAGS)) if tags else NO_TAGS
        yield OpenTicket(Attributes._make((*row[:7], own)), *row[7:])


def all_open_clocks() -> Clocks:
    """Return the running and paused clocks of all tickets."""
    return _by_ticket(Q(state__in=OPEN_STATES), CLOCK)


def clocks_going_on(tickets: Sequence[int]) -> Clocks:
    """Return the clocks of some tickets that have not ended; one without a target counts on."""
    return _by_ticket(Q(ticket__in=among(tickets), stopped_at=None), WHOLE_CLOCK)


def _by_ticket(which: Q, columns: Sequence[str]) -> Clocks:
    found: Clocks = defaultdict(list)
    for row in read(Clock.objects.filter(which).order_by().values_list(*columns)):
        found[row[1]].append(OpenClock(*row))
    return found


def earlier_stretches(books: Library) -> Earlier:
    """Return what reads the closed segments of clocks in which they ran."""

    def stretches(clocks: Sequence[int]) -> Iterator[Stretch]:
        rows = Segment.objects.filter(clock__in=among(clocks), running=True).order_by("clock", "number")
        columns = ("clock", "start", "end", "policy_version", "calendar_version")
        for clock, start, end, policy, calendar in read(rows.values_list(*columns)):
            yield Stretch(clock, start, end, books.terms(policy, calendar).working)

    return stretches
