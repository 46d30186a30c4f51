"""When a report is due: plain Python, on the clocks of the report's zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from analytics.choices import Rhythm

DAY = timedelta(days=1)


def following(rhythm: Rhythm, hour: int, zone: ZoneInfo, after: datetime) -> datetime | None:
    """Return the first due time after a moment, in UTC; None where nothing is sent by itself.

    An hour that the clocks leave out in spring is the one after; of one that comes twice in autumn it is the first.
    """
    if rhythm == Rhythm.NEVER:
        return None
    day = after.astimezone(zone).date() - DAY
    while not _fits(rhythm, day) or _at(day, hour, zone) <= after:
        day += DAY
    return _at(day, hour, zone)


def _fits(rhythm: Rhythm, day: date) -> bool:
    return {Rhythm.WEEKLY: day.weekday() == 0, Rhythm.MONTHLY: day.day == 1}.get(rhythm, True)


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(UTC)
