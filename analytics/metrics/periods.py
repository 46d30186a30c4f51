"""The time that a figure is asked about, and its days, weeks and months on the clocks of a zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np

from analytics.metrics.columns import Places, Rows
from sla.calendars import Times

MOST_BUCKETS = 1_500


class Step(StrEnum):
    DAY = "day"
    WEEK = "week"  # begins on Monday
    MONTH = "month"


@dataclass(frozen=True)
class Period:
    """From `start` to before `end`, both aware."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    @property
    def before(self) -> "Period":
        """The period of the same length before this one."""
        return Period(self.start - self.length, self.start)

    @property
    def first(self) -> np.datetime64:
        return moment(self.start)

    @property
    def last(self) -> np.datetime64:
        """The first moment that is not within."""
        return moment(self.end)

    def rows(self, table: Rows, column: str) -> Places:
        """Return the rows of a table whose time in a column lies within."""
        return table.within(column, self.first, self.last)

    @classmethod
    def of_days(cls, first: date, last: date, zone: ZoneInfo) -> "Period":
        """Return the time from the begin of one day to the end of another, on the clocks of a zone."""
        return cls(midnight(first, zone), midnight(last + timedelta(days=1), zone))

    @classmethod
    def around(cls, times: Times, zone: ZoneInfo) -> "Period | None":
        """Return the days from the first to the last of these times; None without any."""
        known = times[~np.isnat(times)]
        if not len(known):
            return None
        first, last = (datetime.fromtimestamp(int(t.astype(np.int64)) / 1e6, zone) for t in (known.min(), known.max()))
        return cls.of_days(first.date(), last.date(), zone)


def moment(at: datetime) -> np.datetime64:
    return np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "us")


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the begin of a day in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def buckets(period: Period, step: Step, zone: ZoneInfo) -> Iterator[tuple[date, Period]]:
    """Yield the days, weeks or months that a period touches, cut to it, each with its first day. Raises ValueError for too many."""
    day = _begin(period.start.astimezone(zone).date(), step)
    for _ in range(MOST_BUCKETS):
        following = _next(day, step)
        start, end = max(midnight(day, zone), period.start), min(midnight(following, zone), period.end)
        if start >= period.end:
            return
        yield day, Period(start, end)
        day = following
    raise ValueError(f"That is more than {MOST_BUCKETS} {step}s. Choose a longer step or a shorter period.")


def fitting_step(period: Period) -> Step:
    """Return a step that makes a readable line: days up to two months, weeks up to two years, months above."""
    days = period.length.days
    return Step.DAY if days <= 62 else Step.WEEK if days <= 731 else Step.MONTH


def _begin(day: date, step: Step) -> date:
    if step == Step.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == Step.MONTH else day


def _next(day: date, step: Step) -> date:
    if step == Step.MONTH:
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 if step == Step.WEEK else 1)
