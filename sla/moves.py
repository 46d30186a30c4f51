"""Open clocks that go on under other terms, many at once: what the fold of `sla/clocks.py` does to one with an edited policy.

Plain arithmetic on whole arrays. Rows go in, columns in the order of the rows come out; NaT stands for "never".
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sla.calendars import Calendar, Numbers, Spans, Times
from sla.choices import OPEN_STATES, ClockState, Metric
from sla.facts import FULL, Terms

NEVER = np.datetime64("NaT", "us")
Flags = NDArray[np.bool_]


class OpenClock(NamedTuple):
    """A clock that goes on, as its columns say; `used` is the working time of its closed segments."""

    pk: int
    ticket: int
    kind: str
    metric: str
    state: str
    since: datetime
    used: timedelta
    due_at: datetime | None
    target: timedelta | None
    policy: int
    calendar: int
    announced: int = 0
    cause: str = ""
    detail: str = ""
    event: int | None = None
    foreseen: int | None = None


class Stretch(NamedTuple):
    """A closed segment in which a clock ran."""

    clock: int
    start: datetime
    end: datetime
    working: Calendar


Earlier = Callable[[Sequence[int]], Iterable[Stretch]]  # clocks → their stretches, each clock's together and in order


@dataclass(frozen=True, eq=False)
class Change:
    """What becomes of clocks that are alike: they went by `before`, and go by `after`, or end where that is None."""

    before: Terms
    after: Terms | None
    ran: bool
    runs: bool
    target: timedelta | None

    @property
    def terms(self) -> Terms:
        return self.after or self.before

    @property
    def state(self) -> ClockState:
        if self.after is None or self.target is None:
            return ClockState.CANCELLED
        return ClockState.RUNNING if self.runs else ClockState.PAUSED

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class Moves:
    """Collects clocks that change at one moment, then answers for all of them."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.clocks: list[OpenClock] = []
        self.changes: list[Change] = []
        self.which: list[int] = []  # of the changes, by clock
        self._known: dict[Any, int] = {}

    def add(self, clock: OpenClock, before: Terms, after: Terms | None, *, status: str, priority: str) -> None:
        key = before, after, clock.metric, clock.state, status, priority, None if after else clock.target
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self.changes)
            self.changes.append(_change(clock, before, after, status, priority))
        self.clocks.append(clock)
        self.which.append(number)

    def change_of(self, number: int) -> Change:
        """Return what becomes of the n-th clock."""
        return self.changes[self.which[number]]

    def reckon(self, earlier: Earlier) -> "Reckoned":
        return Reckoned(self, earlier)


def _change(clock: OpenClock, before: Terms, after: Terms | None, status: str, priority: str) -> Change:
    metric = Metric(clock.metric)
    ran = clock.state == ClockState.RUNNING or (clock.target is None and not before.rests(metric, status))
    if after is None:
        return Change(before, None, ran, False, clock.target)
    return Change(before, after, ran, not after.rests(metric, status), after.target(metric, priority))


class Reckoned:
    """The answers about some moves, as arrays."""

    def __init__(self, moves: Moves, earlier: Earlier) -> None:
        self._moves, self._earlier = moves, earlier
        self._which = np.array(moves.which, np.intp)
        self._hours = Hours()
        self._since = times_of([clock.since for clock in moves.clocks])
        self._at = np.maximum(self._since, times_of([moves.at]))  # a ticket may say that it was created in the future
        self._stored = np.array([clock.used for clock in moves.clocks], "m8[us]")
        self._before = self._by_change([self._hours.number(change.before.working) for change in moves.changes])
        self._after = self._by_change([self._hours.number(change.terms.working) for change in moves.changes])

    def _by_change(self, values: Sequence[Any], dtype: Any = np.intp) -> NDArray[Any]:
        return np.array(values, dtype)[self._which]

    @cached_property
    def used(self) -> Spans:
        """The working time used when the move happens."""
        ran = self._by_change([change.ran for change in self._moves.changes], np.bool_)
        used = self._stored.copy()
        used[ran] += self._hours.elapsed(self._before[ran], self._since[ran], self._at[ran])
        return used

    @cached_property
    def targets(self) -> Spans:
        return self._by_change([change.target for change in self._moves.changes], "m8[us]")

    @cached_property
    def due(self) -> Times:
        """When the target is or was used up; NaT while time rests or nothing is promised."""
        return self._reached(self.targets)

    @cached_property
    def passed(self) -> Numbers:
        """The highest percentage used by then, of the warnings and 100; 0 for none."""
        return self._highest(lambda terms: (*terms.warnings, FULL))

    @cached_property
    def announced(self) -> Numbers:
        """The highest percentage that is not announced any more: warnings passed by then are given in silence."""
        before = np.array([clock.announced for clock in self._moves.clocks], np.int64)
        return np.maximum(before, self._highest(lambda terms: terms.warnings))

    @cached_property
    def next_percents(self) -> Numbers:
        """The percentage to be announced next; 0 for none."""
        found = np.zeros(len(self._which), np.int64)
        for terms, rows in self._by_terms():
            marks = np.array(terms.marks, np.int64)
            ahead = marks > self.announced[rows, None]
            found[rows] = np.where(ahead.any(axis=1), marks[ahead.argmax(axis=1)], 0)
        found[~self._goes_on | np.isnat(self.targets)] = 0
        return found

    @cached_property
    def next_at(self) -> Times:
        """When that percentage is or was reached; NaT where time does not run towards it."""
        percents = self.next_percents
        amounts = self.targets * percents // FULL  # whole minutes of target: this is exact
        amounts[percents == 0] = np.timedelta64("NaT")
        return self._reached(amounts)

    @cached_property
    def _goes_on(self) -> Flags:
        return self._by_change([change.after is not None for change in self._moves.changes], np.bool_)

    def _by_terms(self) -> Iterable[tuple[Terms, Numbers]]:
        """Yield each of the new terms with the places of its clocks."""
        numbers: dict[Terms, int] = {}
        ours = self._by_change([numbers.setdefault(change.terms, len(numbers)) for change in self._moves.changes])
        return ((terms, np.flatnonzero(ours == number)) for terms, number in numbers.items())

    def _highest(self, steps_of: Callable[[Terms], tuple[int, ...]]) -> Numbers:
        found = np.zeros(len(self._which), np.int64)
        used, targets = self.used.view(np.int64), self.targets.view(np.int64)
        for terms, rows in self._by_terms():
            steps = np.array(steps_of(terms), np.int64)
            is_passed = used[rows, None] * FULL >= targets[rows, None] * steps
            found[rows] = (is_passed * steps).max(axis=1, initial=0)
        found[np.isnat(self.targets)] = 0
        return found

    def _reached(self, amounts: Spans) -> Times:
        """Return by when each clock has used the amount: in an earlier segment, in the one that ends now, or in the new one."""
        runs = self._by_change([change.runs for change in self._moves.changes], np.bool_)
        early = amounts <= self._stored
        here = (amounts <= self.used) & ~early
        later = (amounts > self.used) & runs
        found = np.full(len(amounts), NEVER)
        found[here] = self._hours.deadlines(self._before[here], self._since[here], (amounts - self._stored)[here])
        found[later] = self._hours.deadlines(self._after[later], self._at[later], (amounts - self.used)[later])
        found[early] = self._long_ago(early, amounts)
        found[~self._goes_on] = NEVER
        return found

    def _long_ago(self, early: Flags, amounts: Spans) -> Times:
        """The same for clocks that used the amount up before the segment that ends now."""
        places = {self._moves.clocks[place].pk: place for place in np.flatnonzero(early).tolist()}
        ledger = _Ledger(self._earlier(list(places)) if places else (), places, self._hours)
        return ledger.reached(list(places.values()), amounts[early])


class _Ledger:
    """Earlier stretches of some clocks, one after the other, with their running total."""

    def __init__(self, stretches: Iterable[Stretch], places: dict[int, int], hours: "Hours") -> None:
        rows = list(stretches)
        self._hours = hours
        self._starts = times_of([row.start for row in rows])
        self._working = np.array([hours.number(row.working) for row in rows], np.intp)
        worked = hours.elapsed(self._working, self._starts, times_of([row.end for row in rows]))
        self._totals = np.cumsum(worked)
        self._bases = self._totals - worked
        owners = np.array([places[row.clock] for row in rows], np.intp)
        first = np.flatnonzero(np.diff(owners, prepend=-1))
        self._begins = dict(zip(owners[first].tolist(), self._bases[first], strict=True))

    def reached(self, places: Sequence[int], amounts: Spans) -> Times:
        """Return when the clocks at some places had used amounts that they have used."""
        goals = amounts + np.array([self._begins[place] for place in places], "m8[us]")
        rows = np.searchsorted(self._totals, goals, side="left")
        return self._hours.deadlines(self._working[rows], self._starts[rows], goals - self._bases[rows])


class Hours:
    """Several calendars by number, each asked once about all of its questions."""

    def __init__(self) -> None:
        self._calendars: list[Calendar] = []

    def number(self, calendar: Calendar) -> int:
        if calendar not in self._calendars:
            self._calendars.append(calendar)
        return self._calendars.index(calendar)

    def elapsed(self, which: NDArray[np.intp], starts: Times, ends: Times) -> Spans:
        found = np.zeros(len(starts), "m8[us]")
        for calendar, rows in self._parts(which):
            found[rows] = calendar.elapsed_many(starts[rows], ends[rows])
        return found

    def deadlines(self, which: NDArray[np.intp], starts: Times, spans: Spans) -> Times:
        found = np.full(len(starts), NEVER)
        for calendar, rows in self._parts(which):
            found[rows] = calendar.deadline_many(starts[rows], spans[rows])
        return found

    def _parts(self, which: NDArray[np.intp]) -> Iterable[tuple[Calendar, Numbers]]:
        return ((self._calendars[number], np.flatnonzero(which == number)) for number in np.unique(which))


def times_of(moments: Sequence[datetime | None]) -> Times:
    """Return moments in UTC as an array."""
    return np.array([moment and moment.replace(tzinfo=None) for moment in moments], "M8[us]")


def aware(times: Times) -> list[datetime | None]:
    """Return the moments of an array, None for NaT."""
    return [moment and moment.replace(tzinfo=UTC) for moment in times.tolist()]
