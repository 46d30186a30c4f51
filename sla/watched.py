"""Tickets and clocks as the watch reads them: plain tuples of many at once, without making models."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from sla import ledger
from sla.choices import OPEN_STATES, ClockState, PolicyKind
from sla.clocks import Clock as FoldedClock
from sla.library import Library
from sla.models import Clock
from sla.open_ends import OpenEnd
from sla.risks import risk_after, risk_foreseen, worst
from tickets.bulk import among
from tickets.choices import Level
from tickets.models import Organization, Ticket


class Customer(NamedTuple):
    name: str = ""
    tier: str = ""


class WatchedTicket(NamedTuple):
    """A locked ticket, with what a breach says of it."""

    pk: int
    version: int
    risk: str
    priority: str
    impact: str
    organization_id: int | None
    team_id: int | None
    assignee_id: int | None


class WatchedClock(NamedTuple):
    """A clock that goes on, or whose breach is still to be announced."""

    pk: int
    ticket_id: int
    kind: str
    metric: str
    state: str
    since: datetime
    used: timedelta
    due_at: datetime | None
    target: timedelta
    policy_version_id: int
    calendar_version_id: int
    announced: int
    next_percent: int | None
    next_at: datetime | None
    quiet_until: datetime | None
    foreseen: int | None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    def end(self, library: Library) -> OpenEnd:
        terms = library.terms(self.policy_version_id, self.calendar_version_id)
        return OpenEnd(self.used, self.since, self.state == ClockState.RUNNING, self.target, terms)


def risk_of(clocks: Iterable[tuple[WatchedClock, OpenEnd]], now: datetime) -> Level | None:
    """Return the risk of a ticket with these open promises to the customer; None without any."""
    risks = [
        worst((risk_after(end.passed(now), end.terms.warnings), risk_foreseen(clock.foreseen)))
        for clock, end in clocks
        if clock.is_open and clock.kind == PolicyKind.CUSTOMER
    ]
    return worst(risks) if risks else None


def lock(tickets: Collection[int]) -> dict[int, WatchedTicket]:
    """Lock tickets, leaving out those that somebody else has locked."""
    rows = Ticket.objects.filter(pk__in=among(tickets)).order_by("pk").select_for_update(of=("self",), skip_locked=True)
    return {row[0]: WatchedTicket._make(row) for row in rows.values_list(*WatchedTicket._fields)}


def lock_waiting(tickets: Collection[int]) -> None:
    """Lock tickets, waiting for those that somebody else has locked."""
    list(Ticket.objects.filter(pk__in=among(tickets)).order_by("pk").select_for_update(of=("self",)).values_list("pk"))


def clocks_of(tickets: Iterable[int], also: Q | None = None) -> dict[int, list[WatchedClock]]:
    """Return the open clocks of tickets, and those of them for which `also` holds, by ticket."""
    found: dict[int, list[WatchedClock]] = {pk: [] for pk in tickets}
    rows = Clock.objects.filter(ledger.OPEN | also if also else ledger.OPEN, ticket__in=among(found)).order_by("pk")
    for row in rows.values_list(*WatchedClock._fields):
        found[row[1]].append(WatchedClock._make(row))
    return found


def customers(organizations: Iterable[int | None]) -> dict[int | None, Customer]:
    rows = Organization.objects.filter(pk__in={pk for pk in organizations if pk}).values_list("pk", "name", "tier")
    return {None: Customer()} | {pk: Customer(name, tier) for pk, name, tier in rows}


def folded(clocks: Collection[WatchedClock], library: Library) -> dict[int, FoldedClock]:
    """Return clocks with their closed segments, as the fold would have them."""
    if not clocks:
        return {}
    stored = ledger.read({clock.ticket_id for clock in clocks}, Q(pk__in=[clock.pk for clock in clocks]))
    rows = [(part, row) for part in stored.values() for row in part.clocks.values()]
    return {row.pk: ledger.revive(row, part.segments.get(row.pk, ()), library) for part, row in rows}
