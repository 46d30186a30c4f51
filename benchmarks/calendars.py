"""Working time: deadlines and elapsed time, one by one and a million at once, beside a public library that walks from day to day.

Processor seconds are counted, so that what else the machine does matters little.
"""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as clock

import businesstimedelta
import numpy as np
import pytz

from benchmarks.figures import Figure
from sla.calendars import Calendar
from sla.public_holidays import public_holidays
from sla.rules import WEEKDAYS, Rules

ONE_BY_ONE, AT_ONCE, BY_LIBRARY = 100_000, 1_000_000, 500
YEARS = range(2024, 2030)
ZONE = "Europe/Berlin"
TARGET = timedelta(hours=16)


def measure(embedded: bool) -> list[Figure]:
    """Ask for deadlines after moments of four years, in office hours with a lunch break and holidays; the stack does not matter."""
    calendar = office()
    moments = random_moments(AT_ONCE)
    others = moments[:ONE_BY_ONE][::-1]
    array = np.array([moment.replace(tzinfo=None) for moment in moments], "M8[us]")
    target = np.timedelta64(TARGET)
    library = by_library()
    agree(calendar, moments[:BY_LIBRARY], library)
    walked = rate(BY_LIBRARY, lambda: [library(moment) for moment in moments[:BY_LIBRARY]])
    singles = moments[:ONE_BY_ONE]
    return [
        figure(
            "deadlines, one by one", rate(ONE_BY_ONE, lambda: [calendar.deadline(m, TARGET) for m in singles]), walked
        ),
        figure(
            "elapsed times, one by one",
            rate(ONE_BY_ONE, lambda: [calendar.elapsed(a, b) for a, b in zip(singles, others, strict=True)]),
        ),
        figure(
            "deadlines, vectorised", rate(AT_ONCE, lambda: calendar.deadline_many(array, target)), walked, 2_000_000
        ),
        figure(
            "elapsed times, vectorised",
            rate(AT_ONCE, lambda: calendar.elapsed_many(array, array[::-1])),
            None,
            2_000_000,
        ),
    ]


def figure(name: str, value: float, baseline: float | None = None, target: int = 200_000) -> Figure:
    return Figure(name, value, "/s", target, more_is_better=True, baseline=baseline)


def rate(count: int, work: Callable[[], object]) -> float:
    """Return how many a second: the best of three, after one to warm up."""
    work()
    took = []
    for _ in range(3):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return count / min(took)


def office() -> Calendar:
    week = {day: ["09:00-12:00", "13:00-17:30"] for day in WEEKDAYS[:5]}
    holidays = public_holidays("DE", "BE", YEARS)
    return Calendar.compile(Rules.from_json({"zone": ZONE, "windows": week, "holidays": holidays}))


def random_moments(count: int) -> list[datetime]:
    rng = random.Random(7)
    begin = datetime(YEARS[0], 2, 1, tzinfo=UTC)
    seconds = 4 * 365 * 86_400
    return [begin + timedelta(seconds=rng.randrange(seconds)) for _ in range(count)]


def by_library() -> Callable[[datetime], datetime]:
    """Return the same deadline as `businesstimedelta` finds it."""
    zone = pytz.timezone(ZONE)
    days = [datetime.fromisoformat(day).date() for day in public_holidays("DE", "BE", YEARS)]
    hours = [
        businesstimedelta.WorkDayRule(clock(*start), clock(*end), working_days=[0, 1, 2, 3, 4], tz=zone)
        for start, end in (((9,), (12,)), ((13,), (17, 30)))
    ]
    rules = businesstimedelta.Rules([*hours, businesstimedelta.HolidayRule(days, tz=zone)])
    target = businesstimedelta.BusinessTimeDelta(rules, timedelta=TARGET)
    return lambda moment: moment + target


def agree(calendar: Calendar, moments: list[datetime], library: Callable[[datetime], datetime]) -> None:
    """Make sure that both were asked the same; the library errs on some days. Raises RuntimeError."""
    same = sum(calendar.deadline(moment, TARGET) == library(moment) for moment in moments)
    if same < 0.95 * len(moments):
        raise RuntimeError(f"Only {same} of {len(moments)} deadlines agree with the library.")
