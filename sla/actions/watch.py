"""The watch: once a second, what promises have reached is written down, each warning and each breach exactly once.

A batch locks its tickets, skipping those that somebody is writing to or another watch has; they are seen again a second later. What
was reached is known by the clock rows, not by when the watch last ran, so it may sleep, run twice, or see the time jump.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from sla import ledger
from sla.clocks import Clock as FoldedClock
from sla.escalating import Rules
from sla.facts import FULL
from sla.library import Library, library
from sla.models import Breach, Clock, EarlyWarning, Escalation
from sla.severity import customer_impact, needs_escalation, severity_of
from tickets import work
from tickets.bulk import insert, update
from tickets.choices import Channel, EventKind
from tickets.events import append_all
from tickets.models import Organization, Ticket, TicketEvent
from tickets.permissions import System

WATCH = System("SLA watch")
BATCH = 1_000  # tickets in one transaction
AT_MOST = 20_000  # promises in one go; what is left follows a second later
LATE = timedelta(seconds=5)  # from here on the watch is said to have been late
READ = ("version", "due_at", "risk", "priority", "impact", "organization", "team", "assignee", "requester")


def watch(now: datetime) -> int:
    """Write down everything that is due; returns how many promises had reached something."""
    due = Clock.objects.to_announce(now).values_list("ticket_id", flat=True)[:AT_MOST]
    tickets = list(dict.fromkeys(due))
    if not tickets:
        return 0
    books, rules, seen = library(), Rules.read(), 0
    for first in range(0, len(tickets), BATCH):
        part = tickets[first : first + BATCH]
        try:
            seen += _watch(part, Batch(now, books, rules))
        except IntegrityError:  # a clock was set back, and its marks are written already
            seen += _watch(part, Batch(now, books, rules, doubts=True))
    return seen


def _watch(tickets: Sequence[int], batch: "Batch") -> int:
    with transaction.atomic():
        batch.look(tickets)
        batch.write()
    return len(batch.clocks)


class Batch:
    """Some tickets of one watch: what it finds, then writes in a constant number of statements."""

    def __init__(self, now: datetime, books: Library, rules: Rules, *, doubts: bool = False) -> None:
        self.now, self.books, self.rules, self.doubts = now, books, rules, doubts
        self.clocks: list[Clock] = []
        self.warnings: list[EarlyWarning] = []
        self.breaches: list[Breach] = []
        self.escalations: list[Escalation] = []
        self.told: list[tuple[Ticket, Clock, EarlyWarning | Breach]] = []
        self.shown: list[Ticket] = []  # whose due date or risk is another now

    def look(self, tickets: Sequence[int]) -> None:
        """Lock the tickets and see what their clocks have reached."""
        locked = _lock(tickets)
        stored = ledger.read(locked, ledger.OPEN | Q(next_at__lte=self.now))
        clocks = [clock.pk for part in stored.values() for clock in part.clocks.values()] if self.doubts else []
        written = _written(clocks)
        for pk, ticket in locked.items():
            open_clocks = []
            for clock in stored[pk].clocks.values():
                folded = None
                if clock.stopped_at is None:
                    folded = ledger.revive(clock, stored[pk].segments.get(clock.pk, ()), self.books)
                    open_clocks.append(folded)
                self._advance(ticket, clock, folded, written)
            if ledger.show_on(ticket, open_clocks, self.now):
                self.shown.append(ticket)

    def _advance(self, ticket: Ticket, clock: Clock, folded: FoldedClock | None, written: set[tuple[int, int]]) -> None:
        """Note every mark that was reached, and move the clock on to the next."""
        before = clock.announced
        while clock.next_percent is not None and clock.next_at is not None and clock.next_at <= self.now:
            if (clock.pk, clock.next_percent) not in written:
                self._note(ticket, clock, clock.next_percent, clock.next_at)
            clock.announced = clock.next_percent
            clock.next_percent, clock.next_at = (folded and folded.next_threshold(clock.announced)) or (None, None)
        if clock.announced != before:
            self.clocks.append(clock)

    def _note(self, ticket: Ticket, clock: Clock, percent: int, reached_at: datetime) -> None:
        noticed = self._noticed(clock, reached_at)
        row: EarlyWarning | Breach | None = None
        if percent == FULL:
            row = breach_of(ticket, clock, noticed)
            self.breaches.append(row)
        elif percent in self.books.terms(clock.policy_version_id, clock.calendar_version_id).warnings:
            row = EarlyWarning(clock_id=clock.pk, percent=percent, **noticed)
            self.warnings.append(row)
        if not noticed["is_quiet"]:
            if row is not None:
                self.told.append((ticket, clock, row))
            self.escalations += self.rules.plan(clock, percent, reached_at, self.now)

    def _noticed(self, clock: Clock, reached_at: datetime) -> dict[str, Any]:
        expected_at = max(reached_at, clock.since)
        return {
            "reached_at": reached_at,
            "expected_at": expected_at,
            "detected_at": self.now,
            "is_late": self.now - expected_at >= LATE,
            "is_quiet": clock.quiet_until is not None and reached_at <= clock.quiet_until,
        }

    def write(self) -> None:
        """Write what was found. Raises IntegrityError where some of it is written already."""
        insert(EarlyWarning, self.warnings)
        insert(Breach, self.breaches)
        self.escalations = _new(self.escalations)
        insert(Escalation, self.escalations)
        update(Clock, self.clocks, ["announced", "next_percent", "next_at"])
        events = [self._event(*line) for line in self.told]
        changed = {ticket.pk: ticket for ticket in (*self.shown, *(ticket for ticket, _, _ in self.told))}
        update(Ticket, list(changed.values()), ["version", "due_at", "risk"])
        append_all(events)
        for row in self.escalations:
            if row.due <= self.now:
                transaction.on_commit(partial(work.wake, Escalation, row.pk))

    def _event(self, ticket: Ticket, clock: Clock, row: EarlyWarning | Breach) -> TicketEvent:
        """Return the next event of a ticket. `updated_at` stays: nobody worked on it."""
        ticket.version += 1
        is_breach = isinstance(row, Breach)
        return TicketEvent(
            ticket=ticket,
            version=ticket.version,
            kind=EventKind.SLA_BREACHED if is_breach else EventKind.SLA_WARNING,
            actor_name=WATCH.name,
            channel=Channel.SYSTEM,
            occurred_at=self.now,
            data={
                "kind": clock.kind,
                "metric": clock.metric,
                "percent": row.percent if isinstance(row, EarlyWarning) else FULL,
                "due_at": clock.due_at,
                "risk": ticket.risk,
                "late_by": round(row.late_by.total_seconds()) if row.is_late else 0,
                **({"breach_id": row.pk, "severity": row.severity} if isinstance(row, Breach) else {}),
            },
            is_public=False,
        )


def _new(planned: list[Escalation]) -> list[Escalation]:
    """Leave out levels that a promise has had, by a rule as it was before."""
    if not planned:
        return []
    rows = Escalation.objects.filter(clock__in={row.clock_id for row in planned})
    had = set(rows.values_list("clock_id", "level"))
    return [row for row in planned if (row.clock_id, row.level) not in had]


def _lock(tickets: Sequence[int]) -> dict[int, Ticket]:
    rows = Ticket.objects.filter(pk__in=tickets).only(*READ).order_by("pk")
    locked = {ticket.pk: ticket for ticket in rows.select_for_update(of=("self",), skip_locked=True)}
    customers = Organization.objects.in_bulk({ticket.organization_id for ticket in locked.values()} - {None})
    for ticket in locked.values():
        ticket.organization = customers.get(ticket.organization_id)
    return locked


def _written(clocks: Sequence[int]) -> set[tuple[int, int]]:
    """Return what was written of some clocks before."""
    warned = EarlyWarning.objects.filter(clock__in=clocks).values_list("clock_id", "percent")
    breached = Breach.objects.filter(clock__in=clocks).values_list("clock_id", flat=True)
    return {*warned, *((pk, FULL) for pk in breached)}


def breach_of(ticket: Ticket, clock: Clock, noticed: dict[str, Any]) -> Breach:
    """Return the breach of a promise with what holds now, not saved."""
    tier = ticket.organization.tier if ticket.organization else ""
    severity = severity_of(clock.kind, ticket.priority, tier)
    assert clock.target is not None  # noqa: S101 - a promise without a target reaches nothing
    return Breach(
        clock_id=clock.pk,
        ticket_id=ticket.pk,
        kind=clock.kind,
        metric=clock.metric,
        policy_version_id=clock.policy_version_id,
        organization_id=ticket.organization_id,
        team_id=ticket.team_id,
        technician_id=ticket.assignee_id,
        target=clock.target,
        severity=severity,
        customer_impact=customer_impact(
            clock.kind,
            clock.metric,
            clock.target,
            organization=ticket.organization.name if ticket.organization else "",
            tier=tier,
            impact=ticket.impact,
        )[:300],
        escalation_required=needs_escalation(severity),
        **noticed,
    )


def renew_marks(after: int, count: int) -> int | None:
    """Let the open clocks of the next tickets look out for what the rules look at now; returns the last ticket, None at the end.

    Needs a surrounding transaction.
    """
    rows = Clock.objects.open().filter(ticket__gt=after).order_by("ticket").values_list("ticket", flat=True)
    tickets = list(rows.distinct()[:count])
    if not tickets:
        return None
    books, changed = library(), []
    list(Ticket.objects.filter(pk__in=tickets).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    for part in ledger.read(tickets, ledger.OPEN).values():
        for clock in part.clocks.values():
            folded = ledger.revive(clock, part.segments.get(clock.pk, ()), books)
            mark = folded.next_threshold(clock.announced) or (None, None)
            if mark != (clock.next_percent, clock.next_at):
                clock.next_percent, clock.next_at = mark
                changed.append(clock)
    update(Clock, changed, ["next_percent", "next_at"])
    return tickets[-1]
