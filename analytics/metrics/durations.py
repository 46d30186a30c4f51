"""How long things took: resolution, first and next response. Hours, by the wall clock or in business time.

Business time is working time of the desk's calendar between the two moments; without a calendar there is none.
Percentiles interpolate linearly between the two nearest values (Hyndman and Fan, type 7), as spreadsheets, NumPy and SQL's
`percentile_cont` do.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analytics.metrics.columns import Facts
from analytics.metrics.figures import Figures
from analytics.metrics.periods import Period
from sla.calendars import Times

Hours = NDArray[np.float64]
Pairs = Callable[[Facts, Period], tuple[Times, Times]]
HOUR = np.timedelta64(1, "h")


def summary(hours: Hours) -> Figures:
    """Return count, mean, median and the 90th, 95th and 99th percentile; nothing but the count of none."""
    if not len(hours):
        return {"count": 0, "mean": None, "median": None, "p90": None, "p95": None, "p99": None}
    median, p90, p95, p99 = np.quantile(hours, (0.5, 0.9, 0.95, 0.99)).tolist()
    return {
        "count": len(hours),
        "mean": float(hours.mean()),
        "median": median,
        "p90": p90,
        "p95": p95,
        "p99": p99,
    }


def resolution(facts: Facts, period: Period) -> tuple[Times, Times]:
    """Creation and resolution of the tickets resolved in the period."""
    return _since_creation(facts, "resolved_at", period)


def first_response(facts: Facts, period: Period) -> tuple[Times, Times]:
    """Creation of a ticket and the desk's first public reply, of those given in the period."""
    return _since_creation(facts, "first_responded_at", period)


def _since_creation(facts: Facts, column: str, period: Period) -> tuple[Times, Times]:
    chosen = period.rows(facts.tickets, column)
    starts, ends = facts.tickets.created_at[chosen], getattr(facts.tickets, column)[chosen]
    return np.minimum(starts, ends), ends  # clocks of two systems may be a little apart


def next_response(facts: Facts, period: Period) -> tuple[Times, Times]:
    """The first message of a customer that waits, after the first response, and the reply to it, of replies in the period."""
    said = facts.messages
    responded = facts.tickets.first_responded_at[said.ticket]
    rows = np.flatnonzero((said.at >= responded) & ~np.isnat(responded))
    ticket, at, desk = said.ticket[rows], said.at[rows], said.from_desk[rows]
    begins = ~desk & np.r_[True, (ticket[1:] != ticket[:-1]) | desk[:-1]]
    starts = np.flatnonzero(begins)
    replies = np.flatnonzero(desk)
    at_reply = np.searchsorted(replies, starts)
    answered = at_reply < len(replies)
    starts, ends = starts[answered], replies[at_reply[answered]]
    same = (ticket[starts] == ticket[ends]) & (at[ends] >= period.first) & (at[ends] < period.last)
    return at[starts[same]], at[ends[same]]


def wall_clock(pairs: Pairs) -> Callable[[Facts, Period], Figures]:
    """Return the metric that sums up these spans by the wall clock."""

    def of(facts: Facts, period: Period) -> Figures:
        starts, ends = pairs(facts, period)
        return summary((ends - starts) / HOUR)

    return of


def business(pairs: Pairs) -> Callable[[Facts, Period], Figures]:
    """Return the metric that sums up these spans in business time."""

    def of(facts: Facts, period: Period) -> Figures:
        if facts.calendar is None:
            return summary(np.empty(0))
        return summary(facts.calendar.elapsed_many(*pairs(facts, period)) / HOUR)

    return of
