"""Working time as arithmetic: sorted UTC intervals with running totals.

`worked(t)`, the working time before `t`, never falls. So the working time between two moments is `worked(b) - worked(a)`, and the
deadline after some working time is the first moment at which `worked` has risen by it: a binary search each, the same for one ticket
or, vectorised, for a million. Times are aware datetimes, or arrays of `datetime64` in UTC; inside they are whole microseconds since 1970.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from sla.intervals import EPOCH, working_intervals
from sla.rules import Rules
from tickets.errors import DomainError

MICROSECOND = timedelta(microseconds=1)
YEARS = range(1970, 2200)  # what a calendar can answer for
YEARS_AT_FIRST = 3
LONGEST = (len(YEARS) + 1) * 366 * timedelta(days=1) // MICROSECOND  # so that sums stay within 64 bits
BELOW_ZERO = "A target cannot be below zero."

Times = NDArray[np.datetime64]
Spans = NDArray[np.timedelta64]
Numbers = NDArray[np.int64]


class BeyondCalendar(DomainError):
    """A moment outside the years a calendar covers, or so much working time that it would end there."""

    code = "beyond_calendar"
    title = "No calendar reaches that far"

    def __init__(self) -> None:
        super().__init__(
            f"Working time is known for the years {YEARS[0]} to {YEARS[-1]}. Choose moments and targets within them."
        )


class Calendar:
    """Answers about working time. It knows some years, and compiles more when it is asked about them."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._table = _NOTHING  # replaced as a whole, so that threads may share a calendar

    @staticmethod
    def compile(rules: Rules) -> "Calendar":
        """Return the calendar of these rules, the same object for equal rules."""
        return _compiled(rules)

    def elapsed(self, a: datetime, b: datetime) -> timedelta:
        """Return the working time from `a` to `b`; below zero where `b` comes first. Raises BeyondCalendar."""
        first, last = (a - EPOCH) // MICROSECOND, (b - EPOCH) // MICROSECOND
        table = self._reach(first, last) if first < last else self._reach(last, first)
        return timedelta(microseconds=table.worked(last) - table.worked(first))

    def deadline(self, start: datetime, target: timedelta) -> datetime:
        """Return the first moment from `start` on by which `target` of working time has passed, in UTC.

        Used up exactly at closing time, that is the deadline, not the next opening. Without a target it is `start`, also outside
        working time. Raises BeyondCalendar, and ValueError for a target below zero.
        """
        first, wanted = (start - EPOCH) // MICROSECOND, target // MICROSECOND
        table = self._reach(first, first)
        if wanted < 0:
            raise ValueError(BELOW_ZERO)
        if not wanted:
            return _datetime(first)
        while (goal := table.worked(first) + wanted) > table.totals[-1]:
            table = self._further(table)
        return _datetime(goal - table.bases[bisect_left(table.totals, goal)])

    def is_working(self, t: datetime) -> bool:
        """Return whether `t` is working time. The moment of opening is, the moment of closing is not. Raises BeyondCalendar."""
        return self.next_opening(t) == t

    def next_opening(self, t: datetime) -> datetime:
        """Return `t` if it is working time, otherwise when working time next begins, in UTC. Raises BeyondCalendar."""
        moment = (t - EPOCH) // MICROSECOND
        table = self._reach(moment, moment)
        while table.ends[-1] <= moment:
            table = self._further(table)
        return _datetime(max(moment, table.starts[bisect_right(table.ends, moment)]))

    def intervals(self, a: datetime, b: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the stretches of working time between two moments, each as long as it lasts without a break, in UTC."""
        first, last = (a - EPOCH) // MICROSECOND, (b - EPOCH) // MICROSECOND
        table = self._reach(first, max(first, last))
        for number in range(bisect_right(table.ends, first), bisect_left(table.starts, last)):
            yield _datetime(max(table.starts[number], first)), _datetime(min(table.ends[number], last))

    def elapsed_many(self, a: Times, b: Times) -> Spans:
        """Return `elapsed` for each pair of two arrays of UTC times. Raises BeyondCalendar, for NaT too."""
        firsts, lasts = np.broadcast_arrays(_moments(a), _moments(b))
        if not firsts.size:
            return firsts.astype("timedelta64[us]")
        columns = self._reach(int(min(firsts.min(), lasts.min())), int(max(firsts.max(), lasts.max()))).columns
        return (columns.worked(lasts) - columns.worked(firsts)).astype("timedelta64[us]")

    def deadline_many(self, starts: Times, targets: Spans | np.timedelta64) -> Times:
        """Return `deadline` for each UTC time and target; one target may stand for all. Raises BeyondCalendar, ValueError."""
        firsts, wanted = np.broadcast_arrays(_moments(starts), np.asarray(targets).astype("m8[us]").view(np.int64))
        if not firsts.size:
            return firsts.astype("datetime64[us]")
        if wanted.min() < 0:
            raise ValueError(BELOW_ZERO)
        if wanted.max() > LONGEST:
            raise BeyondCalendar
        table = self._reach(int(firsts.min()), int(firsts.max()))
        while (goals := table.columns.worked(firsts) + wanted).max() > table.totals[-1]:
            table = self._further(table)
        return np.where(wanted == 0, firsts, table.columns.when(goals)).astype("datetime64[us]")

    def _reach(self, first: int, last: int) -> "_Table":
        """Return a table that covers both moments, the first no later than the last."""
        table = self._table
        if table.low <= first and last < table.high:
            return table
        begin, end = _year(first), _year(last) + 1
        known = table.years or range(begin - 1, begin - 1 + YEARS_AT_FIRST)
        return self._extend(min(begin, known.start), max(end, known.stop))

    def _further(self, table: "_Table") -> "_Table":
        """Return a table that goes on for twice as long."""
        if table.years.stop >= YEARS.stop:
            raise BeyondCalendar
        return self._extend(table.years.start, table.years.stop + len(table.years))

    def _extend(self, begin: int, end: int) -> "_Table":
        table = _table(self.rules, range(max(begin, YEARS.start), min(end, YEARS.stop)))
        self._table = table
        return table


@lru_cache(maxsize=256)
def _compiled(rules: Rules) -> Calendar:
    return Calendar(rules)


@dataclass(frozen=True)
class _Columns:
    """A table once more, for many questions at a time."""

    starts: Numbers
    ends: Numbers
    bases: Numbers
    totals: Numbers

    def worked(self, moments: Numbers) -> Numbers:
        at = np.searchsorted(self.starts, moments, side="right") - 1
        found: Numbers = self.bases[at] + np.minimum(moments, self.ends[at])
        return found

    def when(self, goals: Numbers) -> Numbers:
        found: Numbers = goals - self.bases[np.searchsorted(self.totals, goals, side="left")]
        return found


@dataclass(frozen=True)
class _Table:
    """The working time of some years. Its first interval is empty, and stands for whatever comes before the first opening."""

    years: range
    low: int
    high: int
    starts: list[int]
    ends: list[int]
    bases: list[int]  # of an interval: the working time before it, less its start; within it `worked(t) = base + t`
    totals: list[int]  # the working time when an interval ends

    def worked(self, moment: int) -> int:
        at = bisect_right(self.starts, moment) - 1
        end = self.ends[at]
        return self.bases[at] + (moment if moment < end else end)

    @cached_property
    def columns(self) -> _Columns:
        return _Columns(*(np.array(column, np.int64) for column in (self.starts, self.ends, self.bases, self.totals)))


_NOTHING = _Table(range(0), 0, 0, [], [], [], [])


def _table(rules: Rules, years: range) -> _Table:
    low, high = _new_year(years.start), _new_year(years.stop)
    starts, ends, bases, totals = [low], [low], [-low], [0]
    for start, end in working_intervals(rules, low, high):
        starts.append(start)
        ends.append(end)
        bases.append(totals[-1] - start)
        totals.append(totals[-1] + end - start)
    return _Table(years, low, high, starts, ends, bases, totals)


def _new_year(year: int) -> int:
    return (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND


def _year(moment: int) -> int:
    if not _new_year(YEARS.start) <= moment < _new_year(YEARS.stop):
        raise BeyondCalendar
    return _datetime(moment).year


def _datetime(moment: int) -> datetime:
    return EPOCH + timedelta(microseconds=moment)


def _moments(times: Times) -> Numbers:
    return np.asarray(times).astype("datetime64[us]").view(np.int64)
