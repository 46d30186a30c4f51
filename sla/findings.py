"""What a batch of the watch found, written in a constant number of statements: warnings, breaches, levels, events."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sla.escalating import Rules
from sla.facts import FULL
from sla.models import Breach, Clock, EarlyWarning, Escalation
from sla.permissions import System
from sla.severity import customer_impact, needs_escalation, severity_of
from sla.watched import Customer, WatchedClock, WatchedTicket
from tickets import work
from tickets.bulk import insert_columns, reserve_ids, update_columns
from tickets.choices import Channel, EventKind
from tickets.events import append_all, unsaved
from tickets.models import Ticket, TicketEvent

WATCH = System("SLA watch")
LATE = timedelta(seconds=5)  # from here on the watch is said to have been late
NOTICED = ("reached_at", "expected_at", "detected_at", "is_late", "is_quiet")
WARNING = ("clock_id", "percent", *NOTICED)
BREACH = (
    *("clock_id", "ticket_id", "kind", "metric", "policy_version_id", "target"),
    *("organization_id", "team_id", "technician_id", "severity", "customer_impact", "escalation_required"),
    *NOTICED,
)
Mark = tuple[int, int | None, datetime | None]  # announced; the next percentage and its moment


class Reached(NamedTuple):
    """A percentage of its target that a promise has used up."""

    ticket: WatchedTicket
    clock: WatchedClock
    percent: int
    at: datetime
    expected_at: datetime  # when it could be noticed first
    is_late: bool
    is_quiet: bool

    def noticed(self, now: datetime) -> tuple[Any, ...]:
        return self.at, self.expected_at, now, self.is_late, self.is_quiet


class Findings:
    """Collects, then writes. What is told of becomes an event with the ticket's next version."""

    def __init__(self, now: datetime, rules: Rules) -> None:
        self.now, self.rules = now, rules
        self.customers: dict[int | None, Customer] = {}
        self.warnings: list[Reached] = []
        self.breaches: list[Reached] = []
        self.escalations: list[Escalation] = []
        self.told: list[Reached] = []
        self.marks: dict[int, Mark] = {}  # by clock
        self.changed: dict[int, tuple[int, str]] = {}  # ticket → version and risk

    def note(self, ticket: WatchedTicket, clock: WatchedClock, percent: int, at: datetime, *, warns: bool) -> None:
        """Note that a promise reached a percentage, and whether it warns of it."""
        expected_at = max(at, clock.since)
        is_quiet = clock.quiet_until is not None and at <= clock.quiet_until
        line = Reached(ticket, clock, percent, at, expected_at, self.now - expected_at >= LATE, is_quiet)
        if percent == FULL:
            self.breaches.append(line)
        elif warns:
            self.warnings.append(line)
        if not is_quiet:
            if warns or percent == FULL:
                self.told.append(line)
            self.escalations += self.rules.plan(clock, percent, at)

    def see(self, ticket: WatchedTicket, risk: str) -> None:
        """Note the risk of a ticket."""
        if risk != ticket.risk:
            self.changed[ticket.pk] = ticket.version, risk

    def write(self) -> None:
        """Write it all. Needs a surrounding transaction; raises IntegrityError where some of it is written already."""
        self._write_warnings()
        numbers = self._write_breaches()
        self._write_escalations()
        announced, percents, moments = _columns(list(self.marks.values()), 3)
        after = {"announced": announced, "next_percent": percents, "next_at": moments}
        update_columns(Clock, list(self.marks), after)
        events = [self._event(line, numbers) for line in self.told]
        versions, risks = _columns(list(self.changed.values()), 2)
        update_columns(Ticket, list(self.changed), {"version": versions, "risk": risks})
        append_all(events)

    def _write_warnings(self) -> None:
        if self.warnings:
            rows = [(line.clock.pk, line.percent, *line.noticed(self.now)) for line in self.warnings]
            insert_columns(EarlyWarning, dict(zip(WARNING, _columns(rows, len(WARNING)), strict=True)))

    def _write_breaches(self) -> dict[int, tuple[int, str]]:
        """Write the breaches; returns the number and the severity of each, by clock."""
        if not self.breaches:
            return {}
        rows = [self._breach(line) for line in self.breaches]
        columns = dict(zip(BREACH, _columns(rows, len(BREACH)), strict=True))
        ids = reserve_ids(Breach, len(rows))
        insert_columns(Breach, {"id": ids, **columns})
        return dict(zip(columns["clock_id"], zip(ids, columns["severity"], strict=True), strict=True))

    def _breach(self, line: Reached) -> tuple[Any, ...]:
        """Return the breach of a promise with what holds now, in the order of BREACH."""
        ticket, clock = line.ticket, line.clock
        customer = self.customers[ticket.organization_id]
        severity = _severity(clock.kind, ticket.priority, customer.tier)
        return (
            clock.pk,
            ticket.pk,
            clock.kind,
            clock.metric,
            clock.policy_version_id,
            clock.target,
            ticket.organization_id,
            ticket.team_id,
            ticket.assignee_id,
            severity,
            _impact(clock.kind, clock.metric, clock.target, customer, ticket.impact),
            needs_escalation(severity),
            *line.noticed(self.now),
        )

    def _write_escalations(self) -> None:
        work.enqueue_all(_new(self.escalations), self.now)

    def _event(self, line: Reached, breaches: dict[int, tuple[int, str]]) -> TicketEvent:
        """Return the next event of a ticket. `updated_at` stays: nobody worked on it."""
        ticket, clock = line.ticket, line.clock
        version, risk = self.changed.get(ticket.pk, (ticket.version, ticket.risk))
        self.changed[ticket.pk] = version + 1, risk
        data: dict[str, Any] = {
            "kind": clock.kind,
            "metric": clock.metric,
            "percent": line.percent,
            "due_at": clock.due_at,
            "risk": risk,
            "late_by": round((self.now - line.expected_at).total_seconds()) if line.is_late else 0,
        }
        if line.percent == FULL:
            data["breach_id"], data["severity"] = breaches[clock.pk]
        kind = EventKind.SLA_BREACHED if line.percent == FULL else EventKind.SLA_WARNING
        event = unsaved(
            kind, version + 1, by=WATCH, via=Channel.SYSTEM, at=self.now, changes=None, data=data, public=False
        )
        event.ticket_id = ticket.pk
        return event


def _columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True)) if rows else [()] * count


_severity = cache(severity_of)


@cache
def _impact(kind: str, metric: str, target: timedelta, customer: Customer, impact: str) -> str:
    return customer_impact(kind, metric, target, organization=customer.name, tier=customer.tier, impact=impact)[:300]


def _new(planned: list[Escalation]) -> list[Escalation]:
    """Leave out levels that a promise has had, by a rule as it was before."""
    if not planned:
        return []
    rows = Escalation.objects.filter(clock__in={row.clock_id for row in planned})
    had = set(rows.values_list("clock_id", "level"))
    return [row for row in planned if (row.clock_id, row.level) not in had]
