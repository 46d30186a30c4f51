"""Clocks as a fold over a ticket's facts. Plain Python without ORM and without a clock: times go in, ledgers come out.

A clock is one promise on one ticket. Its ledger is a list of segments, running or paused, each under the policy version, calendar
version and target that held then. After every fact each clock is asked what it should be doing now; where that differs from what it
does, a segment ends and another begins. Deadlines follow from the segments: the working time of those that ran, each by its own
calendar, against the target now in force. The table in `docs/sla.md` says what each fact does; every row has its test.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from functools import cached_property
from itertools import pairwise

from sla.choices import Cause, ClockState, Metric, PolicyKind
from sla.facts import FULL, Correction, Fact, Start, Terms
from tickets.choices import CLOSED_STATUSES, Status

NOTHING = timedelta(0)
GIVES_TERMS = (Cause.TERMS, Cause.APPLIED, Cause.LAPSED)


@dataclass(frozen=True)
class Segment:
    """A stretch of a ledger."""

    start: datetime
    end: datetime | None
    running: bool
    terms: Terms
    target: timedelta | None
    cause: Cause
    detail: str
    event: int | None

    @cached_property
    def worked(self) -> timedelta:
        """The working time that a closed running segment used up."""
        if not self.running or self.end is None:
            return NOTHING
        return self.terms.working.elapsed(self.start, self.end)


@dataclass
class Clock:
    """One promise: first response, resolution, or the answer to the customer's `serial`-th wait; per assignment if internal."""

    kind: PolicyKind
    metric: Metric
    serial: int
    began: Fact  # what it was opened for
    segments: list[Segment] = field(default_factory=list)
    stopped_at: datetime | None = None
    stopped_by: Fact | None = None
    is_cancelled: bool = False

    @property
    def started_at(self) -> datetime:
        return self.segments[0].start

    @property
    def last(self) -> Segment:
        return self.segments[-1]

    @property
    def target(self) -> timedelta | None:
        """The target now in force, or the one in force when the clock stopped; None where nothing is promised."""
        return self.last.target

    @property
    def used(self) -> timedelta:
        """The working time of the segments that are closed."""
        return sum((segment.worked for segment in self.segments), NOTHING)

    def used_until(self, now: datetime) -> timedelta:
        """Return the working time used by `now`, that of an open segment included."""
        last = self.last
        if last.end is None and last.running and last.start < now:
            return self.used + last.terms.working.elapsed(last.start, now)
        return self.used

    @property
    def due_at(self) -> datetime | None:
        """When the target is or was used up, or would have been, had it gone on; None while time rests or nothing is promised."""
        if self.target is None or self.is_cancelled:
            return None
        due = self.reached(self.target)
        if due is None and self.stopped_at is not None:
            return self.last.terms.working.deadline(self.stopped_at, self.target - self.used)
        return due

    @property
    def state(self) -> ClockState:
        if self.is_cancelled or self.target is None:
            return ClockState.CANCELLED
        if self.stopped_at is None:
            return ClockState.RUNNING if self.last.running else ClockState.PAUSED
        due = self.reached(self.target)
        return ClockState.MISSED if due is not None and due < self.stopped_at else ClockState.MET

    def reached(self, amount: timedelta) -> datetime | None:
        """Return the first moment by which `amount` of working time has been used; None if it has not and does not run."""
        left = amount
        for segment in self.segments:
            if not segment.running:
                continue
            worked = segment.worked
            if segment.end is None or worked >= left:
                return segment.terms.working.deadline(segment.start, left)
            left -= worked
        return None

    def next_threshold(self, announced: int) -> tuple[int, datetime | None] | None:
        """Return the percentage to be announced next, after `announced`, and when it is reached, if time runs towards it.

        A clock that stopped has only its breach left to announce.
        """
        state = self.state
        if state in (ClockState.MET, ClockState.CANCELLED) or self.target is None:
            return None
        if state == ClockState.MISSED:
            return (FULL, self.due_at) if announced < FULL else None
        percent = next((mark for mark in self.last.terms.marks if mark > announced), None)
        return None if percent is None else (percent, self.reached(self.target * percent / FULL))


class Doing(Enum):
    RUN, REST, STOP, CANCEL = "run", "rest", "stop", "cancel"


@dataclass
class _Ticket:
    """The ticket as far as it is told, and the terms that hold."""

    status: str
    priority: str
    team: str
    is_archived: bool = False
    is_merged: bool = False
    is_answered: bool = False  # somebody of the desk replied, or resolved it
    is_waiting: bool = False  # the customer, for an answer to a later message
    is_taken_up: bool = False  # by the team that has it
    terms: dict[PolicyKind, Terms | None] = field(default_factory=dict)

    @property
    def is_closed(self) -> bool:
        return self.status in CLOSED_STATUSES

    def tell(self, fact: Fact) -> None:
        match fact.cause:
            case Cause.STATUS:
                self._set_status(fact.value)
            case Cause.PRIORITY:
                self.priority = fact.value
            case Cause.TEAM:
                self.team, self.is_taken_up = fact.value, False
                self.terms[PolicyKind.INTERNAL] = None  # what the next team promises is said anew
            case Cause.REPLY:
                self.is_answered, self.is_waiting, self.is_taken_up = True, False, True
            case Cause.MESSAGE:  # one that leaves the ticket closed asks for nothing
                self.is_waiting = self.is_waiting or (self.is_answered and not self.is_closed)
            case Cause.MERGED | Cause.UNMERGED:
                self.is_merged = fact.cause == Cause.MERGED
            case Cause.ARCHIVED | Cause.RESTORED:
                self.is_archived = fact.cause == Cause.ARCHIVED
            case Cause.TERMS | Cause.APPLIED | Cause.LAPSED:
                self.terms[fact.kind] = fact.terms

    def _set_status(self, status: str) -> None:
        self.status = status
        if self.is_closed and not self.is_merged:
            self.is_answered, self.is_waiting = True, False
        if not self.is_closed:
            self.is_merged = False  # opened again, it counts again
        self.is_taken_up = self.is_taken_up or status == Status.IN_PROGRESS

    def wish(self, clock: Clock) -> Doing:
        """Return what the clock should be doing now."""
        terms = self.terms.get(clock.kind)
        if terms is None or self.is_archived or self.is_merged:
            return Doing.CANCEL
        has_nobody = clock.kind == PolicyKind.INTERNAL and not self.team
        if self.is_closed or has_nobody or self._is_kept(clock):
            return Doing.STOP
        return Doing.REST if terms.rests(clock.metric, self.status) else Doing.RUN

    def _is_kept(self, clock: Clock) -> bool:
        """Whether what a response clock waits for has happened."""
        if clock.metric == Metric.RESOLUTION:
            return False
        if clock.kind == PolicyKind.INTERNAL:
            return self.is_taken_up
        return self.is_answered if clock.metric == Metric.FIRST_RESPONSE else not self.is_waiting


class Fold:
    """Reads the facts of one ticket; `clocks` and `corrections` are what came of them."""

    def __init__(self, start: Start, facts: Iterable[Fact]) -> None:
        self.corrections: list[Correction] = []
        self._clocks: dict[tuple[PolicyKind, Metric], list[Clock]] = {}
        self._ticket = _Ticket(start.status, start.priority, start.team)
        self._ticket.is_answered = self._ticket.is_closed
        self._ticket.is_taken_up = start.status == Status.IN_PROGRESS
        self._begin(start)
        for fact in self._in_order(start, _since_the_beginning(start, list(facts))):
            self._take(fact)

    @property
    def clocks(self) -> list[Clock]:
        """Return the clocks that promise something, or once did."""
        return [clock for clock in self._all() if any(segment.target is not None for segment in clock.segments)]

    def _all(self) -> Iterator[Clock]:
        return (clock for clocks in self._clocks.values() for clock in clocks if clock.segments)

    def _begin(self, start: Start) -> None:
        began = Fact(start.at, Cause.CREATED, event=start.event)
        for metric in (Metric.FIRST_RESPONSE, Metric.RESOLUTION):
            self._open(PolicyKind.CUSTOMER, metric, began)
            if start.team:
                self._open(PolicyKind.INTERNAL, metric, began)

    def _in_order(self, start: Start, facts: Sequence[Fact]) -> Iterator[Fact]:
        """Yield the facts with times that never run backwards, noting what had to be corrected."""
        latest = start.at
        for fact in facts:
            if fact.at < latest:
                if fact.cause not in GIVES_TERMS:
                    self.corrections.append(Correction(fact.event, fact.at, latest))
                fact = replace(fact, at=latest)
            latest = fact.at
            yield fact

    def _take(self, fact: Fact) -> None:
        was_waiting = self._ticket.is_waiting
        if fact.cause == Cause.TEAM:
            self._hand_over(fact)
        self._ticket.tell(fact)
        if self._ticket.is_waiting and not was_waiting:
            self._open(PolicyKind.CUSTOMER, Metric.NEXT_RESPONSE, fact)
        self._advance(fact)

    def _hand_over(self, fact: Fact) -> None:
        """End what the team before had promised, and begin with the next one."""
        for metric in (Metric.FIRST_RESPONSE, Metric.RESOLUTION):
            for clock in self._clocks.get((PolicyKind.INTERNAL, metric), ())[-1:]:
                if clock.segments and clock.stopped_at is None:
                    _end(clock, fact, cancel=False)
            if fact.value:
                self._open(PolicyKind.INTERNAL, metric, fact)

    def _open(self, kind: PolicyKind, metric: Metric, fact: Fact) -> None:
        clocks = self._clocks.setdefault((kind, metric), [])
        clocks.append(Clock(kind, metric, len(clocks) + 1, fact))

    def _advance(self, fact: Fact) -> None:
        for clocks in self._clocks.values():
            clock = clocks[-1]
            doing = self._ticket.wish(clock)
            if doing in (Doing.STOP, Doing.CANCEL):
                if clock.segments and clock.stopped_at is None:
                    _end(clock, fact, cancel=doing == Doing.CANCEL)
            elif self._may_go_on(clock):
                self._go_on(clock, fact, running=doing == Doing.RUN)

    def _may_go_on(self, clock: Clock) -> bool:
        """A response that was given stays given; what was only set aside, and a solution that did not hold, count on."""
        return clock.stopped_at is None or clock.is_cancelled or clock.metric == Metric.RESOLUTION

    def _go_on(self, clock: Clock, fact: Fact, *, running: bool) -> None:
        terms = self._ticket.terms[clock.kind]
        assert terms is not None  # noqa: S101 - the wish would have been to cancel
        target = terms.target(clock.metric, self._ticket.priority)
        because = clock.began if not clock.segments and clock.began.at == fact.at else fact
        wanted = Segment(fact.at, None, running, terms, target, because.cause, because.value, because.event)
        if clock.stopped_by is not None:
            _resume(clock, wanted)
        else:
            _turn(clock, wanted)


def put_under(clock: Clock, terms: Terms | None, *, status: str, priority: str, at: datetime) -> None:
    """Let an open clock go on under the terms of an edited policy or calendar; what it has used so far stays used."""
    at = max(at, clock.last.start)
    if terms is None:
        _end(clock, Fact(at, Cause.LAPSED, kind=clock.kind), cancel=True)
        return
    runs, target = not terms.rests(clock.metric, status), terms.target(clock.metric, priority)
    _turn(clock, Segment(at, None, runs, terms, target, Cause.APPLIED, "", None))


def _resume(clock: Clock, wanted: Segment) -> None:
    """Let a stopped clock go on; the time in between becomes a pause."""
    gap, last = clock.stopped_by, clock.last
    clock.stopped_at, clock.stopped_by, clock.is_cancelled = None, None, False
    if gap is not None and gap.at < wanted.start:
        clock.segments.append(
            Segment(gap.at, wanted.start, False, last.terms, last.target, gap.cause, gap.value, gap.event)
        )
    clock.segments = [segment for segment in clock.segments if segment.start != segment.end]
    clock.segments.append(wanted)


def _turn(clock: Clock, wanted: Segment) -> None:
    """Begin the wanted segment, unless the open one is the same already."""
    if clock.segments:
        last = clock.segments.pop()
        if (last.running, last.terms, last.target) == (wanted.running, wanted.terms, wanted.target):
            wanted = last
        elif last.start < wanted.start:
            clock.segments.append(replace(last, end=wanted.start))
        elif not clock.segments:  # it only just began, for the reason that it began for
            wanted = replace(wanted, cause=last.cause, detail=last.detail, event=last.event)
    clock.segments.append(wanted)


def _end(clock: Clock, fact: Fact, *, cancel: bool) -> None:
    last = clock.segments.pop()
    if last.start < fact.at or not (clock.segments or cancel):
        clock.segments.append(replace(last, end=fact.at))
    if clock.segments:
        clock.stopped_at, clock.stopped_by, clock.is_cancelled = fact.at, fact, cancel


def _since_the_beginning(start: Start, facts: list[Fact]) -> list[Fact]:
    """Move the first terms of a kind back to where its clocks begin: time counts from there, whenever the policy was found.

    The customer's clocks begin with the ticket, a team's with its assignment.
    """
    for kind in PolicyKind:
        handovers = [
            n for n, fact in enumerate(facts, start=1) if kind == PolicyKind.INTERNAL and fact.cause == Cause.TEAM
        ]
        for begin, end in reversed(list(pairwise([0, *handovers, len(facts) + 1]))):
            at = facts[begin - 1].at if begin else start.at
            facts[begin : end - 1] = _first_terms_first(facts[begin : end - 1], kind, at)
    return facts


def _first_terms_first(facts: list[Fact], kind: PolicyKind, at: datetime) -> list[Fact]:
    for place, fact in enumerate(facts):
        if _is_terms(fact, kind) and fact.terms is not None:
            before = [other for other in facts[:place] if not _is_terms(other, kind)]
            return [replace(fact, at=at), *before, *facts[place + 1 :]]
    return facts


def _is_terms(fact: Fact, kind: PolicyKind) -> bool:
    return fact.cause in GIVES_TERMS and fact.kind == kind
