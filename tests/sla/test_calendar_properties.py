"""The calendar against a slow oracle, over random zones, windows, holidays and moments, wherever clocks were ever changed."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import available_timezones

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sla.calendars import Calendar
from sla.rules import Rules
from tests.sla.minutes import NAMES, Oracle

WEEK = 7 * 1440
DAYS = 5
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)
TRAPS = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Kwajalein", date(1993, 8, 21)),
    ("Pacific/Kiritimati", date(1994, 12, 31)),
    ("Asia/Pyongyang", date(2015, 8, 14)),
    ("Asia/Kathmandu", date(2000, 2, 28)),
    ("America/Caracas", date(2007, 12, 9)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("America/Sao_Paulo", date(2017, 10, 15)),  # skipped the hour after midnight
    ("Asia/Beirut", date(2022, 3, 27)),  # likewise
    ("Antarctica/Troll", date(2026, 3, 29)),  # two hours at once
    ("Europe/Moscow", date(2011, 3, 27)),
    ("America/Nuuk", date(2023, 3, 25)),
    ("Europe/Berlin", date(1990, 1, 1)),
    ("America/New_York", date(2099, 12, 28)),
]


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def text_of(start: int, length: int) -> str:
    end = start + length
    return f"{clock(start)}-{clock(end - 1440)}+1" if end > 1440 else f"{clock(start)}-{clock(end)}"


@st.composite
def weeks(draw: Any) -> dict[str, list[str]]:
    """Windows anywhere in the week, also over its end, none overlapping another."""
    cuts = sorted(draw(st.sets(st.integers(0, WEEK - 1), min_size=2, max_size=12)))
    turned = draw(st.integers(0, WEEK - 1))
    week: dict[str, list[str]] = {}
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        day, minute = divmod((start + turned) % WEEK, 1440)
        week.setdefault(NAMES[day], []).append(text_of(minute, min(end - start, 1440)))
    return week


@st.composite
def cases(draw: Any) -> tuple[dict[str, Any], datetime]:
    """Rules, and the midnight before some days that are worth looking at."""
    anywhere = st.tuples(st.sampled_from(sorted(available_timezones())), st.dates(date(1990, 1, 1), date(2099, 12, 20)))
    zone, focus = draw(st.one_of(st.sampled_from(TRAPS), anywhere))
    near = st.integers(-3, 4).map(lambda days: focus + timedelta(days=days))
    windows = st.builds(text_of, st.integers(0, 1439), st.integers(1, 1440)).map(lambda text: [text])
    holidays = st.one_of(near.map(str), near.map(lambda day: str(day)[5:]))
    rules = {
        "zone": zone,
        "windows": draw(st.one_of(weeks(), st.just({day: ["00:00-24:00"] for day in NAMES}))),
        "holidays": draw(st.dictionaries(holidays, st.just("Holiday"), max_size=3)),
        "exceptions": draw(st.dictionaries(near.map(str), windows, max_size=2)),
    }
    return rules, datetime.combine(focus - timedelta(days=1), datetime.min.time(), UTC)


moments = st.lists(st.tuples(st.integers(0, DAYS * 1440), st.integers(0, DAYS * 1440)), min_size=1, max_size=6)


@given(cases(), moments)
def test_every_answer_is_what_counting_minutes_gives(case: tuple[dict[str, Any], datetime], pairs: Any) -> None:
    rules, low = case
    oracle, calendar = Oracle(rules, low, DAYS), Calendar(Rules.from_json(rules))
    for a, b in pairs:
        start, other = low + timedelta(minutes=a), low + timedelta(minutes=b)
        wanted = oracle.elapsed(a, b) if a <= b else -oracle.elapsed(b, a)
        assert calendar.elapsed(start, other) == wanted
        for target in (b, b // 7):
            due = oracle.deadline(a, target)
            assert due is None or calendar.deadline(start, timedelta(minutes=target)) == due
        opening = oracle.next_opening(a)
        assert opening is None or calendar.next_opening(start) == opening
        assert a == len(oracle.working) or calendar.is_working(start) is bool(oracle.working[a])
    found = list(calendar.intervals(low, low + DAYS * DAY))
    minutes = {m for start, end in found for m in range((start - low) // MINUTE, (end - low) // MINUTE)}
    assert minutes == {number for number, working in enumerate(oracle.working) if working}
    assert all(one[1] < other[0] for one, other in pairwise(found))


any_time = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
some_years = st.sampled_from([1990, 2010, 2026, 2096]).flatmap(
    lambda year: st.lists(
        st.datetimes(datetime(year, 1, 1), datetime(year + 4, 1, 1), timezones=st.just(UTC)), min_size=3, max_size=6
    )
)
targets = st.timedeltas(timedelta(0), timedelta(hours=10))
zoned = st.builds(
    lambda zone, windows: Rules.from_json({"zone": zone, "windows": windows}),
    st.sampled_from(sorted({zone for zone, _ in TRAPS})),
    weeks(),
)


@given(zoned, any_time, targets)
def test_a_deadline_is_the_first_moment_at_which_the_target_has_passed(
    rules: Rules, start: datetime, target: timedelta
) -> None:
    calendar = Calendar.compile(rules)
    due = calendar.deadline(start, target)
    assert due >= start
    assert calendar.elapsed(start, due) == target
    assert due == start or calendar.elapsed(start, due - MICROSECOND) == target - MICROSECOND


@given(zoned, some_years)
def test_working_time_adds_up_in_any_order(rules: Rules, times: list[datetime]) -> None:
    calendar, (a, b, c) = Calendar(rules), times[:3]
    assert calendar.elapsed(a, b) + calendar.elapsed(b, c) == calendar.elapsed(a, c)
    assert calendar.elapsed(a, b) == -calendar.elapsed(b, a)


@given(zoned, some_years, st.lists(targets, min_size=6, max_size=6))
def test_arrays_get_the_same_answers_to_the_microsecond(
    rules: Rules, times: list[datetime], wanted: list[timedelta]
) -> None:
    calendar, alone = Calendar(rules), Calendar(rules)
    wanted = wanted[: len(times)]
    firsts = np.array([time.replace(tzinfo=None) for time in times], "M8[us]")
    due = [alone.deadline(time, target).replace(tzinfo=None) for time, target in zip(times, wanted, strict=True)]
    assert calendar.deadline_many(firsts, np.array(wanted, "m8[us]")).tolist() == due
    assert calendar.elapsed_many(firsts[0], firsts).tolist() == [alone.elapsed(times[0], time) for time in times]
