"""Ledgers between the fold and the tables: reading what is stored, and writing only what differs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q

from sla.choices import OPEN_STATES, Cause, ClockState, Metric, PolicyKind
from sla.clocks import Clock as FoldedClock
from sla.clocks import Segment as FoldedSegment
from sla.facts import FULL, GIVES_TERMS, Fact, Terms
from sla.library import Library
from sla.models import Clock, Segment
from sla.risks import risk_after, risk_foreseen, worst
from tickets.bulk import store, update
from tickets.choices import Level
from tickets.models import Ticket

Key = tuple[str, str, int]
FOLDED = (
    *("state", "started_at", "stopped_at", "due_at", "used", "since", "cause", "detail", "event", "target"),
    *("policy_version_id", "calendar_version_id", "next_percent", "next_at"),
)
WRITTEN = (*FOLDED, "announced", "quiet_until")
EVERY, OPEN = Q(), Q(state__in=OPEN_STATES)  # clocks to read


class Closed(NamedTuple):
    """A row of `Segment`, read without making a model of it: there are many."""

    clock_id: int
    number: int
    start: datetime
    end: datetime
    running: bool
    cause: str
    detail: str
    event: int | None
    policy_version_id: int
    calendar_version_id: int
    target: timedelta | None


@dataclass
class Stored:
    """The clocks of one ticket as they are in the database, each with its closed segments."""

    clocks: dict[Key, Clock] = field(default_factory=dict)
    segments: dict[int, list[Closed]] = field(default_factory=dict)

    @property
    def foreseen(self) -> int | None:
        """How likely the open promises to the customer will be broken, in percent: the worst forecast, None without one."""
        rows = (row for row in self.clocks.values() if row.kind == PolicyKind.CUSTOMER and row.state in OPEN_STATES)
        return max((row.foreseen for row in rows if row.foreseen is not None), default=None)

    def recorded(self, library: Library) -> list[Fact]:
        """Return the terms that have held so far, as the ledgers record them."""
        found = [line for clock in self.clocks.values() for line in self._held(clock)]
        return list(_changes_of_terms(sorted(found, key=lambda line: (line.at, line.event or 0)), library))

    def _held(self, clock: Clock) -> Iterator["_Held"]:
        assignment = clock.serial if clock.kind == PolicyKind.INTERNAL else 0
        for row in [*self.segments.get(clock.pk, ()), clock]:
            at = row.since if isinstance(row, Clock) else row.start
            cause, versions = Cause(row.cause), (row.policy_version_id, row.calendar_version_id)
            if cause == Cause.LAPSED:
                yield _Held(at, row.event, clock.kind, assignment, None, cause)
            elif row is not clock or clock.stopped_at is None:
                yield _Held(at, row.event, clock.kind, assignment, versions, cause)


class _Held(NamedTuple):
    """Versions that a stored ledger says to hold from a moment on."""

    at: datetime
    event: int | None
    kind: str
    assignment: int
    versions: tuple[int, int] | None
    cause: Cause


def _changes_of_terms(lines: Iterable[_Held], library: Library) -> Iterator[Fact]:
    held: dict[tuple[str, int], tuple[int, int] | None] = {}
    for line in lines:
        key = line.kind, line.assignment
        if held.get(key) != line.versions:
            held[key] = line.versions
            cause = line.cause if line.cause in GIVES_TERMS else Cause.TERMS
            terms = library.terms(*line.versions) if line.versions else None
            yield Fact(line.at, cause, "", line.event, terms, PolicyKind(line.kind))


def read(tickets: Iterable[int], only: Q = EVERY) -> dict[int, Stored]:
    """Return what is stored of some tickets, in two queries."""
    found = {pk: Stored() for pk in tickets}
    owners: dict[int, Stored] = {}
    for clock in Clock.objects.filter(only, ticket__in=found).order_by():
        owners[clock.pk] = found[clock.ticket_id]
        found[clock.ticket_id].clocks[clock.kind, clock.metric, clock.serial] = clock
    if owners:
        lines = Segment.objects.filter(clock__in=owners).order_by("clock", "number").values_list(*Closed._fields)
        for segment in map(Closed._make, lines.iterator(chunk_size=5_000)):
            owners[segment.clock_id].segments.setdefault(segment.clock_id, []).append(segment)
    return found


def revive(row: Clock, segments: Sequence[Closed], library: Library, status: str = "") -> FoldedClock:
    """Return a stored open clock as the fold would have it.

    The state of a clock without a target does not say whether its time runs; the ticket's `status` does.
    """
    began = segments[0] if segments else row
    metric, kind = Metric(row.metric), PolicyKind(row.kind)
    clock = FoldedClock(kind, metric, row.serial, Fact(row.started_at, Cause(began.cause), began.detail, began.event))
    for line in segments:
        terms = library.terms(line.policy_version_id, line.calendar_version_id)
        clock.segments.append(
            FoldedSegment(
                *(line.start, line.end, line.running, terms, line.target, Cause(line.cause), line.detail, line.event)
            )
        )
    terms = library.terms(row.policy_version_id, row.calendar_version_id)
    clock.segments.append(
        FoldedSegment(
            row.since, None, counts_on(row, terms, status), terms, row.target, Cause(row.cause), row.detail, row.event
        )
    )
    return clock


def counts_on(row: Clock, terms: Terms, status: str) -> bool:
    """Return whether the time of an open clock runs; where nothing is promised it does so too, unless it rests in this status."""
    return row.state == ClockState.RUNNING or (row.target is None and not terms.rests(Metric(row.metric), status))


def columns_of(clock: FoldedClock, announced: int) -> dict[str, Any]:
    """Return a clock of the fold as columns; the closed segments are left out."""
    end, last = clock.stopped_by, clock.last
    threshold = clock.next_threshold(announced)
    return {
        "state": clock.state,
        "started_at": clock.started_at,
        "stopped_at": clock.stopped_at,
        "due_at": clock.due_at,
        "used": clock.used,
        "since": end.at if end else last.start,
        "cause": end.cause if end else last.cause,
        "detail": (end.value if end else last.detail)[:100],
        "event": end.event if end else last.event,
        "target": clock.target,
        "policy_version_id": last.terms.policy,
        "calendar_version_id": last.terms.calendar,
        "next_percent": threshold[0] if threshold else None,
        "next_at": threshold[1] if threshold else None,
    }


def segments_of(clock: FoldedClock) -> list[dict[str, Any]]:
    """Return the closed segments as columns."""
    return [
        {
            "number": number,
            "start": segment.start,
            "end": segment.end,
            "running": segment.running,
            "cause": segment.cause,
            "detail": segment.detail[:100],
            "event": segment.event,
            "policy_version_id": segment.terms.policy,
            "calendar_version_id": segment.terms.calendar,
            "target": segment.target,
        }
        for number, segment in enumerate(clock.segments, start=1)
        if segment.end is not None
    ]


def _same(rows: Sequence[Closed], wanted: Sequence[Mapping[str, Any]]) -> bool:
    return len(rows) == len(wanted) and all(
        getattr(row, column) == value for row, line in zip(rows, wanted, strict=True) for column, value in line.items()
    )


class Writing:
    """Collects what differs for one ticket or many, then writes it in a handful of statements."""

    def __init__(self, quiet_until: datetime | None = None) -> None:
        self.quiet_until = quiet_until
        self.new: list[tuple[Clock, list[dict[str, Any]]]] = []
        self.changed: list[Clock] = []
        self.segments: list[Segment] = []
        self.redrawn: list[int] = []  # clocks whose closed segments are written anew
        self.gone: list[int] = []

    def put(self, ticket: int, folded: Sequence[FoldedClock], stored: Stored) -> None:
        """Note what has to be written so that the tables say what the fold says."""
        left = dict(stored.clocks)
        for clock in folded:
            row = left.pop((clock.kind, clock.metric, clock.serial), None)
            if row is None:
                row = Clock(ticket_id=ticket, kind=clock.kind, metric=clock.metric, serial=clock.serial)
                self._set(row, clock, self.quiet_until)
                self.new.append((row, segments_of(clock)))
            else:
                self._change(row, clock, stored.segments.get(row.pk, []))
        self.gone += [row.pk for row in left.values()]

    def _change(self, row: Clock, clock: FoldedClock, rows: Sequence[Closed]) -> None:
        if self._set(row, clock, self.quiet_until):
            self.changed.append(row)
        wanted = segments_of(clock)
        if not _same(rows, wanted[: len(rows)]):
            self.redrawn.append(row.pk)
            rows = ()
        self.segments += [Segment(clock_id=row.pk, **line) for line in wanted[len(rows) :]]

    @staticmethod
    def _set(row: Clock, clock: FoldedClock, quiet_until: datetime | None) -> bool:
        """Take over what the fold says; False where that is nothing new.

        Warnings that were passed before `quiet_until` are not given any more.
        """
        announced = row.announced
        if quiet_until:
            announced = max(announced, *_passed(clock, clock.last.terms.warnings, quiet_until), 0)
        columns = columns_of(clock, announced)
        held = row.__dict__
        if all(held.get(column) == value for column, value in columns.items()):
            return False
        held.update(columns, announced=announced, quiet_until=quiet_until or row.quiet_until)
        return True

    def write(self) -> None:
        """Write it. Needs a surrounding transaction with the tickets locked."""
        if self.gone:
            Segment.objects.filter(clock__in=self.gone).delete()
            Clock.objects.filter(pk__in=self.gone).delete()
        if self.redrawn:
            Segment.objects.filter(clock__in=self.redrawn).delete()
        store(Clock, [row for row, _ in self.new])
        self.segments += [Segment(clock_id=row.pk, **line) for row, lines in self.new for line in lines]
        if self.changed:
            update(Clock, self.changed, WRITTEN)
        store(Segment, self.segments)


def show_on(ticket: Ticket, folded: Iterable[FoldedClock], now: datetime, foreseen: int | None = None) -> bool:
    """Set the ticket's due date and risk to what its clocks say, on the instance; False where nothing differs.

    The risk is the worst of what the clocks know and what is `foreseen` (percent) while anything is promised, see `sla/risks.py`.
    A ticket without any clock keeps the due date that somebody gave it.
    """
    clocks = list(folded)
    is_promised, due = due_of(clocks)
    if not is_promised:
        return False
    risk = worst(risk_of(clock, now) for clock in _live(clocks))
    if _live(clocks):
        risk = worst((risk, risk_foreseen(foreseen)))
    differs = (ticket.due_at, ticket.risk) != (due, risk)
    ticket.due_at, ticket.risk = due, risk
    return differs


def due_of(folded: Iterable[FoldedClock]) -> tuple[bool, datetime | None]:
    """Return whether anything was ever promised to the customer, and which open promise is due next."""
    clocks = list(folded)
    due = min((clock.due_at for clock in _live(clocks) if clock.due_at), default=None)
    return any(clock.kind == PolicyKind.CUSTOMER for clock in clocks), due


def _live(clocks: Iterable[FoldedClock]) -> list[FoldedClock]:
    return [clock for clock in clocks if clock.kind == PolicyKind.CUSTOMER and clock.state in OPEN_STATES]


def risk_of(clock: FoldedClock, now: datetime) -> Level:
    """Return how near a breach is: overdue is critical, past the last warning high, past another one medium."""
    warnings = clock.last.terms.warnings
    return risk_after(max(_passed(clock, (*warnings, FULL), now), default=0), warnings)


def _passed(clock: FoldedClock, steps: Iterable[int], now: datetime) -> list[int]:
    """Return the percentages of the target that have been used by `now`."""
    if clock.target is None:
        return []
    used = clock.used_until(now) * FULL
    return [step for step in steps if used >= clock.target * step]
