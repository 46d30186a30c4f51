"""Applying an edited policy or calendar to open tickets, a locked batch at a time: rows as tuples, arithmetic on arrays, bulk writes."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Max

from sla.actions.clocks import draw_anew
from sla.choices import Cause, Metric, PolicyKind
from sla.facts import Terms
from sla.library import Library, library
from sla.matching import Matcher, Versions
from sla.models import Clock, Segment
from sla.moves import Change, Moves, OpenClock, Reckoned, aware
from sla.open_rows import OpenTicket, clocks_going_on, earlier_stretches
from sla.risks import risk_after, risk_foreseen, worst
from tickets.bulk import among, insert_columns, update_columns
from tickets.choices import Level
from tickets.models import Ticket

Lines = Sequence[OpenClock]


def apply_edit(tickets: Sequence[OpenTicket], now: datetime) -> int:
    """Bring open, locked tickets under what holds for them now; returns for how many that was something else than before.

    What an open clock has used stays used. A ticket that is promised something new has its ledger drawn from its events.
    """
    edit = _Edit(library(), now)
    clocks = clocks_going_on([ticket.pk for ticket in tickets])
    for ticket in tickets:
        edit.look(ticket, clocks.get(ticket.pk, []))
    return edit.write()


class _Edit:
    """One batch: which clocks move, which tickets have their ledgers drawn anew; then everything is written."""

    def __init__(self, books: Library, now: datetime) -> None:
        self.books, self.now = books, now
        self.matcher = Matcher(books.book)
        self.moves = Moves(now)
        self.moved: dict[int, OpenTicket] = {}
        self.redrawn: list[int] = []
        self.asleep: dict[int, tuple[OpenTicket, list[PolicyKind]]] = {}  # something holds, but no clock goes on
        self.promises_the_same = cache(promises_the_same)

    def look(self, ticket: OpenTicket, lines: Lines) -> None:
        match = self.matcher.match(ticket.seen)
        moved = [line for line in lines if match[PolicyKind(line.kind)] != (line.policy, line.calendar)]
        kinds = {line.kind for line in lines}
        asleep = [kind for kind, versions in match.items() if versions and kind not in kinds]
        if moved and not self._may_move(ticket, lines, moved, match):
            self.redrawn.append(ticket.pk)
            return
        if asleep:
            self.asleep[ticket.pk] = ticket, asleep
        for line in moved:
            before, after = self._terms(line, match)
            self.moves.add(line, before, after, status=ticket.status, priority=ticket.priority)
            self.moved[ticket.pk] = ticket

    def _terms(self, line: OpenClock, match: Versions) -> tuple[Terms, Terms | None]:
        versions = match[PolicyKind(line.kind)]
        return self.books.terms(line.policy, line.calendar), self.books.terms(*versions) if versions else None

    def _may_move(self, ticket: OpenTicket, lines: Lines, moved: Lines, match: Versions) -> bool:
        """Whether only times and rules differ, not what is promised at all; then the open ends of the ledgers say enough."""
        kinds = {line.kind for line in moved}
        if any(line.since >= self.now for line in moved) or sum(line.kind in kinds for line in lines) != len(moved):
            return False
        return all(
            after is None or self.promises_the_same(before, after, ticket.priority)
            for before, after in (self._terms(line, match) for line in moved)
        )

    def write(self) -> int:
        """Write it all; returns how many tickets changed. Needs a surrounding transaction."""
        self._wake()
        redrawn = set(self.redrawn)
        if self.moved:
            found = self.moves.reckon(earlier_stretches(self.books))
            _close_segments(self.moves, self.now)
            _write_clocks(self.moves, found, self.now)
            _show_on_tickets(self.moved, self.moves, found)
        if redrawn:
            draw_anew(redrawn, self.books, self.now)
        return len(redrawn | self.moved.keys())

    def _wake(self) -> None:
        """Look at tickets whose clocks of a kind have all ended: where they are promised something else now, draw them anew."""
        held = _last_held(list(self.asleep))
        for pk, (ticket, kinds) in self.asleep.items():
            match = self.matcher.match(ticket.seen)
            if not all(self._stays_the_same(held.get((pk, kind)), match[kind], ticket.priority) for kind in kinds):
                self.redrawn.append(pk)

    def _stays_the_same(self, before: tuple[int, int] | None, after: tuple[int, int] | None, priority: str) -> bool:
        if before is None or after is None:
            return before == after
        return self.promises_the_same(self.books.terms(*before), self.books.terms(*after), priority)


def promises_the_same(before: Terms, after: Terms, priority: str) -> bool:
    """Whether two terms promise times for the same metrics, be they other times."""
    return all((after.target(m, priority) is None) == (before.target(m, priority) is None) for m in Metric)


def _last_held(tickets: Sequence[int]) -> dict[tuple[int, str], tuple[int, int] | None]:
    """Return which versions held last for tickets, by kind, as their clocks say; None where none held any more."""
    rows = Clock.objects.filter(ticket__in=among(tickets)).order_by("since")
    columns = ("ticket", "kind", "cause", "policy_version", "calendar_version")
    return {
        (ticket, kind): None if cause == Cause.LAPSED else (policy, calendar)
        for ticket, kind, cause, policy, calendar in (rows.values_list(*columns) if tickets else ())
    }


def _close_segments(moves: Moves, at: datetime) -> None:
    """Store the segments that end with the edit."""
    clocks = moves.clocks
    pks = [clock.pk for clock in clocks]
    last = Segment.objects.filter(clock__in=pks).order_by().values_list("clock").annotate(last=Max("number"))
    numbers = dict(last)
    columns: dict[str, list[Any]] = {
        "clock_id": pks,
        "number": [numbers.get(pk, 0) + 1 for pk in pks],
        "start": [clock.since for clock in clocks],
        "end": [at] * len(clocks),
        "running": [moves.changes[number].ran for number in moves.which],
        "cause": [clock.cause for clock in clocks],
        "detail": [clock.detail for clock in clocks],
        "event": [clock.event for clock in clocks],
        "policy_version_id": [clock.policy for clock in clocks],
        "calendar_version_id": [clock.calendar for clock in clocks],
        "target": [clock.target for clock in clocks],
    }
    insert_columns(Segment, columns)


def _write_clocks(moves: Moves, found: Reckoned, at: datetime) -> None:
    count = len(moves.clocks)
    alike: dict[str, list[Any]] = {name: [] for name in _of_change(moves.changes[0], at)}
    known = [_of_change(change, at) for change in moves.changes]
    for name, values in alike.items():
        values += [known[number][name] for number in moves.which]
    columns = alike | {
        "due_at": aware(found.due),
        "used": found.used.tolist(),
        "announced": found.announced.tolist(),
        "next_percent": [percent or None for percent in found.next_percents.tolist()],
        "next_at": aware(found.next_at),
        "since": [at] * count,
        "detail": [""] * count,
        "event": [None] * count,
        "quiet_until": [at] * count,
    }
    update_columns(Clock, [clock.pk for clock in moves.clocks], columns)


def _of_change(change: Change, at: datetime) -> dict[str, Any]:
    """Return the columns that clocks have in common which change alike."""
    return {
        "state": change.state,
        "cause": Cause.APPLIED if change.after else Cause.LAPSED,
        "stopped_at": None if change.after else at,
        "target": change.target,
        "policy_version_id": change.terms.policy,
        "calendar_version_id": change.terms.calendar,
    }


def _show_on_tickets(tickets: dict[int, OpenTicket], moves: Moves, found: Reckoned) -> None:
    """Store the due date and the risk of tickets whose promises to the customer moved, where they differ."""
    shown: dict[int, tuple[datetime | None, Level]] = {}
    for clock, number, due, percent in zip(
        moves.clocks, moves.which, aware(found.due), found.passed.tolist(), strict=True
    ):
        if clock.kind != PolicyKind.CUSTOMER:
            continue
        change, (nearest, risk) = moves.changes[number], shown.get(clock.ticket, (None, Level.LOW))
        if change.is_open:
            nearest = min(filter(None, (nearest, due)), default=None)
            known = risk_after(percent, change.terms.warnings)
            risk = worst((risk, known, risk_foreseen(clock.foreseen)))
        shown[clock.ticket] = nearest, risk
    differ = {pk: new for pk, new in shown.items() if new != (tickets[pk].due_at, tickets[pk].risk)}
    due_at, risks = [due for due, _ in differ.values()], [risk for _, risk in differ.values()]
    update_columns(Ticket, list(differ), {"due_at": due_at, "risk": risks})
