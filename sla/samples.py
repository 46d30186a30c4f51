"""When a sample ticket would be due, stretch by stretch of working time. Plain arithmetic."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sla.calendars import Calendar
from sla.promises import in_words

STEPS_AT_MOST = 12


@dataclass(frozen=True)
class Sample:
    """A ticket opened at `opened`, with `target` of working time: due at `due`, because of `steps`; all on the calendar's clocks."""

    opened: datetime
    target: timedelta
    due: datetime
    steps: list[str]


def sample_of(working: Calendar, opened: datetime, target: timedelta) -> Sample:
    """Reckon a sample by a calendar. Raises BeyondCalendar."""
    zone = ZoneInfo(working.rules.zone)
    due = working.deadline(opened, target)
    steps = list(_steps(working, opened, due, target, zone))
    if len(steps) > STEPS_AT_MOST:
        left_out = len(steps) - STEPS_AT_MOST + 1
        steps[STEPS_AT_MOST - 2 : -1] = [f"… {left_out} more stretches …"]
    return Sample(opened.astimezone(zone), target, due.astimezone(zone), steps)


def _steps(working: Calendar, opened: datetime, due: datetime, target: timedelta, zone: ZoneInfo) -> Iterator[str]:
    if not working.is_working(opened):
        opening = working.next_opening(opened).astimezone(zone)
        yield f"Opened outside working time, which next begins on {opening:%a %d %b %Y, %H:%M}."
    left = target
    for start, end in working.intervals(opened, due):
        worked = working.elapsed(start, end)
        left -= worked
        rest = f"{in_words(left)} left" if left else "nothing left"
        yield f"{start.astimezone(zone):%a %d %b, %H:%M} to {_until(start, end, zone)}: {in_words(worked)}, {rest}."


def _until(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    first, last = start.astimezone(zone), end.astimezone(zone)
    return f"{last:%H:%M}" if first.date() == last.date() else f"{last:%a %d %b, %H:%M}"
