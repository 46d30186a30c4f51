"""When a technician works: weekly windows and days off as moments in UTC. Plain functions."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Window = tuple[int, time, time]  # weekday from 0 (Monday), start, end, in the technician's zone
Days = tuple[date, date]  # first and last day, both included


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


def works_at(windows: Iterable[Window], off: Sequence[Days], zone: ZoneInfo, now: datetime) -> bool:
    """Return whether `now` lies within the working times."""
    today = now.astimezone(zone).date()
    return any(begin <= now < end for begin, end in moments(windows, off, zone, today, today))
