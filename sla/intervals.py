"""From the rules of a calendar to intervals of UTC, by way of what local clocks show.

A minute is working time when local clocks then show a minute of a window. So a window in the hour that a zone skips shrinks or
vanishes, one in the hour that comes twice counts twice, and a day that a zone left out has none.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sla.rules import DAY, Rules

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
SECONDS_A_DAY = 86_400
MARGIN = 3  # days: two that a window may reach over, one that a zone may be off

Interval = tuple[int, int]  # microseconds since 1970, the second not within


def working_intervals(rules: Rules, low: int, high: int) -> list[Interval]:
    """Return the working time between two moments, sorted, each interval as long as it lasts without a break."""
    shown = _windows_on_local_clocks(rules, low, high)
    ends = [end for _, end in shown]
    found: list[Interval] = []
    for (since, offset), (until, _) in pairwise([*_offsets(ZoneInfo(rules.zone), low, high), (high, 0)]):
        for number in range(bisect_right(ends, since + offset), len(shown)):
            start, end = shown[number]
            if start - offset >= until:
                break
            _append(found, max(start - offset, since), min(end - offset, until))
    return found


def _windows_on_local_clocks(rules: Rules, low: int, high: int) -> list[Interval]:
    """Return the windows as if local clocks showed UTC, with some days to spare on both sides."""
    first, last = low // (DAY * MINUTE) - MARGIN, high // (DAY * MINUTE) + MARGIN
    found = [
        ((day * DAY + window.start) * MINUTE, (day * DAY + window.end) * MINUTE)
        for day in range(first, last)
        for window in rules.windows_on(date.fromordinal(EPOCH.toordinal() + day))
    ]
    merged: list[Interval] = []
    for start, end in sorted(found):
        _append(merged, start, end)
    return merged


def _append(intervals: list[Interval], start: int, end: int) -> None:
    """Add an interval that begins no earlier than those before it, joining the last where they touch."""
    if intervals and start <= intervals[-1][1]:
        begin, before = intervals.pop()
        start, end = begin, max(before, end)
    intervals.append((start, end))


def _offsets(zone: ZoneInfo, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield since when a zone is how far ahead of UTC, between two moments at the beginning of a UTC day.

    It looks once a day and closes in where something changed: since 1970 no zone changed twice within a week.
    """
    offset = _ahead(zone, low // SECOND)
    yield low, offset * SECOND
    for day in range(low // SECOND, high // SECOND, SECONDS_A_DAY):
        seconds = range(day, day + SECONDS_A_DAY)
        after = _ahead(zone, seconds[-1])
        if after != offset:
            moment = seconds[bisect_left(seconds, True, key=lambda at: _ahead(zone, at) == after)]
            yield moment * SECOND, after * SECOND
            offset = after


def _ahead(zone: ZoneInfo, at: int) -> int:
    """Return by how many seconds local clocks are ahead of UTC."""
    ahead = datetime.fromtimestamp(at, zone).utcoffset() or timedelta(0)
    return ahead.days * SECONDS_A_DAY + ahead.seconds
