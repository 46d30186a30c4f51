"""A technician's week in the reader's zone. Plain functions: windows, days off and zones go in, stretches of days come out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tickets.shifts import Days, Window, moments

WEEK = 7


@dataclass(frozen=True)
class Stretch:
    """A piece of one day of the reader, in minutes since midnight."""

    start: int
    end: int

    @property
    def words(self) -> str:
        return f"{_clock(self.start)}–{_clock(self.end)}"

    @property
    def length(self) -> int:
        return self.end - self.start


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week(
    windows: Iterable[Window], off: Sequence[Days], zone: ZoneInfo, reader: ZoneInfo, monday: date
) -> list[list[Stretch]]:
    """Return, for the seven days of the reader's week, the stretches in which the technician works."""
    days: list[list[Stretch]] = [[] for _ in range(WEEK)]
    for begin, end in moments(windows, off, zone, monday, monday + timedelta(days=WEEK - 1)):
        local, until = begin.astimezone(reader), end.astimezone(reader)
        while local < until:
            midnight = datetime.combine(local.date() + timedelta(days=1), time(), reader)
            stop = min(midnight, until)
            index = (local.date() - monday).days
            if 0 <= index < WEEK:
                days[index].append(Stretch(_minutes(local), 1440 if stop == midnight else _minutes(stop)))
            local = stop
    return days


def _minutes(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute
