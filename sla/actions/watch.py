"""The watch: once a second, what promises have reached is written down, each warning and each breach exactly once.

A batch locks its tickets, skipping those that somebody is writing to or another watch has; they are seen again a second later. What
was reached is known by the clock rows, not by when the watch last ran, so it may sleep, run twice, or see the time jump.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from sla import watched
from sla.clocks import Clock as FoldedClock
from sla.escalating import Rules
from sla.facts import FULL
from sla.findings import Findings
from sla.library import Library, library
from sla.models import Breach, Clock, EarlyWarning
from sla.open_ends import OpenEnd
from sla.watched import WatchedClock, WatchedTicket

BATCH = 1_000  # tickets in one transaction
AT_MOST = 20_000  # promises in one go; what is left follows a second later


def watch(now: datetime) -> int:
    """Write down everything that is due; returns how many promises had reached something."""
    due = Clock.objects.to_announce(now).values_list("ticket_id", flat=True)[:AT_MOST]
    tickets = list(dict.fromkeys(due))
    if not tickets:
        return 0
    books, rules, seen = library(), Rules.read(now), 0
    for first in range(0, len(tickets), BATCH):
        part = tickets[first : first + BATCH]
        try:
            seen += _watch(part, books, Findings(now, rules))
        except IntegrityError:  # a clock was set back, and its marks are written already
            seen += _watch(part, books, Findings(now, rules), doubts=True)
    return seen


def _watch(tickets: Sequence[int], books: Library, findings: Findings, *, doubts: bool = False) -> int:
    with transaction.atomic():
        Look(tickets, books, findings, doubts=doubts).look()
        findings.write()
    return len(findings.marks)


class Look:
    """One batch: its tickets, locked, and what their clocks have reached."""

    def __init__(self, tickets: Sequence[int], books: Library, findings: Findings, *, doubts: bool) -> None:
        self.books, self.findings, self.now = books, findings, findings.now
        self.tickets = watched.lock(tickets)
        self.clocks = watched.clocks_of(self.tickets, Q(next_at__lte=self.now))
        every = [clock for clocks in self.clocks.values() for clock in clocks]
        self.ends = {clock.pk: clock.end(books) for clock in every if clock.is_open}
        self.folded = watched.folded([clock for clock in every if self._goes_on_in_the_past(clock)], books)
        self.written = _written([clock.pk for clock in every]) if doubts else frozenset()
        findings.customers = watched.customers(ticket.organization_id for ticket in self.tickets.values())

    def look(self) -> None:
        for ticket in self.tickets.values():
            for clock in self.clocks[ticket.pk]:
                if clock.next_at is not None and clock.next_at <= self.now:
                    self._advance(ticket, clock)
            self._risk(ticket)

    def _goes_on_in_the_past(self, clock: WatchedClock) -> bool:
        """Whether the mark after the one that is due was reached in a closed segment, too."""
        end = self.ends.get(clock.pk)
        if end is None or clock.next_percent is None or clock.next_at is None or clock.next_at > self.now:
            return False
        return not end.knows(end.mark_after(clock.next_percent))

    def _advance(self, ticket: WatchedTicket, clock: WatchedClock) -> None:
        """Note every mark that was reached, and move the clock on to the next."""
        end: OpenEnd | FoldedClock | None = self.folded.get(clock.pk) or self.ends.get(clock.pk)
        warnings = self.books.terms(clock.policy_version_id, clock.calendar_version_id).warnings
        announced, percent, at = clock.announced, clock.next_percent, clock.next_at
        while percent is not None and at is not None and at <= self.now:
            if (clock.pk, percent) not in self.written:
                self.findings.note(ticket, clock, percent, at, warns=percent in warnings)
            announced = percent
            percent, at = (end and end.next_threshold(announced)) or (None, None)
        self.findings.marks[clock.pk] = announced, percent, at

    def _risk(self, ticket: WatchedTicket) -> None:
        """Note the ticket's risk: the worst of its open promises to the customer, and of what is foreseen for them."""
        clocks = [(clock, self.ends[clock.pk]) for clock in self.clocks[ticket.pk] if clock.is_open]
        risk = watched.risk_of(clocks, self.now)
        if risk is not None:
            self.findings.see(ticket, risk)


def _written(clocks: Sequence[int]) -> frozenset[tuple[int, int]]:
    """Return what was written of some clocks before."""
    warned = EarlyWarning.objects.filter(clock__in=clocks).values_list("clock_id", "percent")
    breached = Breach.objects.filter(clock__in=clocks).values_list("clock_id", flat=True)
    return frozenset({*warned, *((pk, FULL) for pk in breached)})
