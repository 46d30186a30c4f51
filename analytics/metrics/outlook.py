"""What to expect, and what was unusual: tickets a day and a week, from the times at which they were created."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from analytics.metrics.anomalies import anomalies
from analytics.metrics.columns import Numbers
from analytics.metrics.daily import per_day
from analytics.metrics.forecasting import forecast
from sla.calendars import Times

DAY = timedelta(days=1)
WEEKS_BACK = 104
DAYS_AHEAD, WEEKS_AHEAD = 14, 4
WEEK = 7
PLACES = 1


@dataclass(frozen=True)
class Expected:
    """The tickets of a day, or of the week that begins on it; 8 of 10 lie from `low` to `high`."""

    day: date
    expected: float
    low: float
    high: float


@dataclass(frozen=True)
class Line:
    """A forecast, and how wrong it would have been: the mean miss of its backtest beside that of repeating the last season."""

    points: list[Expected]
    error: float
    naive_error: float


@dataclass(frozen=True)
class Unusual:
    day: date
    count: int
    ordinary: float


@dataclass(frozen=True)
class Outlook:
    """A line is None where the past is too short, or repeating the last season would do as well."""

    days: Line | None = None
    weeks: Line | None = None
    unusual: list[Unusual] = field(default_factory=list)


def first_day(now: datetime, zone: ZoneInfo) -> date:
    """Return the Monday from which on the past is looked at."""
    today = now.astimezone(zone).date()
    return today - timedelta(days=today.weekday() + WEEKS_BACK * WEEK)


def outlook(created_at: Times, now: datetime, zone: ZoneInfo, since: date | None = None) -> Outlook:
    """Return what follows from the creation of tickets up to yesterday; unusual days from `since` on, or of the last 30.

    Days before the first ticket are no past.
    """
    first, today = first_day(now, zone), now.astimezone(zone).date()
    counts = per_day(created_at, first, (today - first).days, zone)
    began = int((counts > 0).argmax()) // WEEK * WEEK
    counts, first = counts[began:], first + began * DAY
    whole_weeks = len(counts) // WEEK
    weekly = counts[: whole_weeks * WEEK].reshape(whole_weeks, WEEK).sum(axis=1)
    shown = max(((since or today - 30 * DAY) - first).days, 0)
    return Outlook(
        days=_line(counts, DAYS_AHEAD, WEEK, first, 1),
        weeks=_line(weekly, WEEKS_AHEAD, 1, first, WEEK),
        unusual=[
            Unusual(first + found.place * DAY, found.count, round(found.ordinary, PLACES))
            for found in anomalies(counts, shown)
        ],
    )


def _line(counts: Numbers, horizon: int, season: int, first: date, length: int) -> Line | None:
    """Return the forecast of steps that are `length` days long, if it is worth showing."""
    found = forecast(counts, horizon, season)
    if found is None or not found.is_better:
        return None
    columns = zip(found.expected, found.low, found.high, strict=True)
    points = [
        Expected(first + (len(counts) + ahead) * length * DAY, *(round(float(value), PLACES) for value in values))
        for ahead, values in enumerate(columns)
    ]
    return Line(points, round(found.error, 2), round(found.naive_error, 2))
