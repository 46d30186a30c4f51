"""A technician's week in the reader's zone. Plain functions: windows, days off and zones go in, stretches of days come out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = 7
Window = tuple[int, time, time]  # weekday from 0 (Monday), start, end, in the technician's zone
Days = tuple[date, date]  # first and last day, both included


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


def moments(
    windows: Iterable[Window], off: Sequence[Days], zone: ZoneInfo, first: date, last: date
) -> list[tuple[datetime, datetime]]:
    """Return the working times from the day before `first` to the day after `last` in UTC, days off left out."""
    found = []
    days = [first + timedelta(days=n) for n in range(-1, (last - first).days + 2)]
    for weekday, starts, ends in windows:
        for day in days:
            if day.weekday() == weekday and not any(a <= day <= b for a, b in off):
                begin, end = (datetime.combine(day, at, zone).astimezone(UTC) for at in (starts, ends))
                found.append((begin, end))
    return sorted(found)


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


def works_at(windows: Iterable[Window], off: Sequence[Days], zone: ZoneInfo, now: datetime) -> bool:
    """Return whether `now` lies within the working times."""
    today = now.astimezone(zone).date()
    return any(begin <= now < end for begin, end in moments(windows, off, zone, today, today))
