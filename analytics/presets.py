"""Periods with a name, and the one each is compared with. Those that go on end with the coming hour."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from analytics.metrics.periods import Period, midnight

DAY = timedelta(days=1)
DEFAULT = "last_30_days"


@dataclass(frozen=True)
class Preset:
    """`first` and `following` take today to the first day, and to the day after the last; `back` takes a day to its match before."""

    label: str
    first: Callable[[date], date]
    following: Callable[[date], date]
    back: Callable[[date], date]

    def periods(self, now: datetime, zone: ZoneInfo) -> tuple[Period, Period]:
        """Return the period, and the one before, as long as the first has lasted so far."""
        today = now.astimezone(zone).date()
        first, following = self.first(today), self.following(today)
        start, end = midnight(first, zone), min(midnight(following, zone), coming_hour(now))
        before = midnight(self.back(first), zone)
        return Period(start, end), Period(before, min(before + (end - start), start))


def coming_hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month(day: date, months: int = 0) -> date:
    """Return the first day of the month that lies some months away."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _days(count: int) -> Preset:
    return Preset(
        f"Last {count} days", lambda day: day - (count - 1) * DAY, lambda day: day + DAY, lambda day: day - count * DAY
    )


PRESETS: dict[str, Preset] = {
    "today": Preset("Today", lambda day: day, lambda day: day + DAY, lambda day: day - DAY),
    "yesterday": Preset("Yesterday", lambda day: day - DAY, lambda day: day, lambda day: day - DAY),
    "this_week": Preset("This week", _monday, lambda day: day + DAY, lambda day: day - 7 * DAY),
    "last_week": Preset("Last week", lambda day: _monday(day) - 7 * DAY, _monday, lambda day: day - 7 * DAY),
    "last_7_days": _days(7),
    "last_30_days": _days(30),
    "last_90_days": _days(90),
    "this_month": Preset("This month", _month, lambda day: day + DAY, lambda day: _month(day, -1)),
    "last_month": Preset("Last month", lambda day: _month(day, -1), _month, lambda day: _month(day, -1)),
    "last_12_months": Preset(
        "Last 12 months", lambda day: _month(day, -11), lambda day: day + DAY, lambda day: _month(day, -12)
    ),
}
