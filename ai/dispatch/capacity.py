"""The week ahead: hours that people work against hours that tickets are expected to take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ai.dispatch.facts import Shift, Worker

DAYS = 7


@dataclass(frozen=True)
class Day:
    """One day: hours on shift, hours of work expected to come in, and the hours left over from before it."""

    day: date
    hours: float
    expected: float
    backlog: float  # at the end of the day, in hours

    @property
    def percent(self) -> int | None:
        """Share of the hours that the expected work takes, in percent; None on a day when nobody works."""
        return round(100 * self.expected / self.hours) if self.hours else None


def week_ahead(
    workers: Sequence[Worker],
    arrivals: Sequence[float],
    hours_per_ticket: float,
    waiting: int,
    today: date,
    zone: ZoneInfo,
) -> list[Day]:
    """Return the seven days from `today` on in `zone`.

    `arrivals` are the tickets that come in on a Monday, a Tuesday, … on average; `waiting` those that are open now.
    Backlog carries over: what a day's hours do not clear is there the next morning.
    """
    backlog = waiting * hours_per_ticket
    found = []
    for day in (today + timedelta(days=n) for n in range(DAYS)):
        hours = sum(hours_within(shift, day, zone) for worker in workers for shift in worker.shifts)
        expected = arrivals[day.weekday()] * hours_per_ticket
        backlog = max(backlog + expected - hours, 0.0)
        found.append(Day(day, hours, expected, backlog))
    return found


def hours_within(shift: Shift, day: date, zone: ZoneInfo) -> float:
    """Return the hours of `shift` (UTC) that fall on the local `day`; a day has 23 or 25 hours where the clock changes."""
    start = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    overlap = min(shift[1].timestamp(), end.timestamp()) - max(shift[0].timestamp(), start.timestamp())
    return max(overlap, 0.0) / 3600
