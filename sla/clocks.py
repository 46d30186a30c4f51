"""Clocks as a fold over a ticket's facts. Plain Python without ORM and without a clock: times go in, ledgers come out.

A clock is one promise on one ticket. Its ledger is a list of segments, running or paused, each under the policy version, calendar
version and target that held then. After every fact each clock is asked what it should be doing now; where that differs from what it
does, a segment ends and another begins. Deadlines follow from the segments: the working time of those that ran, each by its own
calendar, against the target now in force. The table in `docs/sla.md` says what each fact does; every row has its test.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from sla.choices import Cause, ClockState, Metric, PolicyKind
from sla.facts import FULL, GIVES_TERMS, Correction, Fact, Start, Terms, since_the_beginning
from sla.situation import Doing, Situation
from tickets.choices import Status

NOTHING = timedelta(0)


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


class Fold:
    """Reads the facts of one ticket; `clocks` and `corrections` are what came of them."""

    def __init__(self, start: Start, facts: Iterable[Fact]) -> None:
        self.corrections: list[Correction] = []
        self._clocks: dict[tuple[PolicyKind, Metric], list[Clock]] = {}
        self._ticket = Situation(start.status, start.priority, start.team)
        self._ticket.is_answered = self._ticket.is_closed
        self._ticket.is_taken_up = start.status == Status.IN_PROGRESS
        self._begin(start)
        for fact in self._in_order(start, since_the_beginning(start, list(facts))):
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
            doing = self._ticket.wish(clock.kind, clock.metric)
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
