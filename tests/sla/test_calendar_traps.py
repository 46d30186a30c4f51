"""One case for each known way to get working time wrong. Times in the names of arguments are UTC."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from sla.calendars import BeyondCalendar, Calendar
from sla.rules import Rules
from tests.sla.minutes import NAMES, at

OFFICE = {day: ["09:00-17:00"] for day in NAMES[:5]}
ALWAYS = {day: ["00:00-24:00"] for day in NAMES}


def calendar(zone: str = "UTC", windows: dict[str, list[str]] | None = None, **rest: Any) -> Calendar:
    return Calendar.compile(Rules.from_json({"zone": zone, "windows": windows or OFFICE, **rest}))


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def test_a_target_used_up_at_closing_time_is_due_then_and_not_at_the_next_opening() -> None:
    office = calendar()
    assert office.deadline(at("2026-03-02 13:00"), hours(4)) == at("2026-03-02 17:00")
    assert office.deadline(at("2026-03-02 13:00"), hours(4) + timedelta(microseconds=1)) == at(
        "2026-03-03 09:00"
    ) + timedelta(microseconds=1)


def test_outside_hours_the_target_begins_to_run_at_the_next_opening() -> None:
    assert calendar().deadline(at("2026-03-06 18:00"), hours(1)) == at("2026-03-09 10:00")
    assert calendar().next_opening(at("2026-03-06 18:00")) == at("2026-03-09 09:00")


def test_no_target_is_due_at_once_also_outside_hours() -> None:
    assert calendar().deadline(at("2026-03-07 12:00"), hours(0)) == at("2026-03-07 12:00")


def test_opening_is_working_time_and_closing_is_not() -> None:
    office = calendar()
    assert office.is_working(at("2026-03-02 09:00"))
    assert not office.is_working(at("2026-03-02 17:00"))
    assert not office.is_working(at("2026-03-02 08:59"))
    assert office.next_opening(at("2026-03-02 17:00")) == at("2026-03-03 09:00")


def test_backwards_working_time_is_below_zero() -> None:
    assert calendar().elapsed(at("2026-03-03 10:00"), at("2026-03-02 16:00")) == -hours(2)


@pytest.mark.parametrize(
    ("window", "night", "worked"),
    [
        ("00:00-24:00", "2026-03-29", 23),  # the day is an hour short
        ("02:00-03:00", "2026-03-29", 0),  # the hour never came
        ("01:30-02:30", "2026-03-29", 0.5),
        ("02:30-03:30", "2026-03-29", 0.5),
        ("00:00-24:00", "2026-10-25", 25),
        ("02:00-03:00", "2026-10-25", 2),  # it came twice
        ("02:30-03:30", "2026-10-25", 1.5),
        ("01:30-02:30", "2026-10-25", 1.5),
    ],
)
def test_windows_in_the_missing_and_the_repeated_hour(window: str, night: str, worked: float) -> None:
    berlin = calendar("Europe/Berlin", {"sunday": [window]})
    day = datetime.fromisoformat(night).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    assert berlin.elapsed(day, day + timedelta(days=1)) == hours(worked)


def test_a_window_around_the_repeated_half_hour_opens_twice() -> None:
    berlin = calendar("Europe/Berlin", {"sunday": ["02:00-02:30"]})
    assert list(berlin.intervals(at("2026-10-25 00:00"), at("2026-10-25 06:00"))) == [
        (at("2026-10-25 00:00"), at("2026-10-25 00:30")),
        (at("2026-10-25 01:00"), at("2026-10-25 01:30")),
    ]


def test_a_night_shift_over_the_change_of_clocks_is_as_long_as_it_really_lasts() -> None:
    berlin = calendar("Europe/Berlin", {"saturday": ["22:00-06:00+1"]})
    assert berlin.elapsed(at("2026-03-28 12:00"), at("2026-03-29 12:00")) == hours(7)
    assert berlin.elapsed(at("2026-10-24 12:00"), at("2026-10-25 12:00")) == hours(9)


def test_lord_howe_moves_its_clocks_by_half_an_hour() -> None:
    island = calendar("Australia/Lord_Howe", ALWAYS | {"sunday": ["01:00-03:00"], "saturday": ["00:00-01:00"]})
    assert island.elapsed(at("2026-10-03 12:00"), at("2026-10-04 12:00")) == hours(1.5)
    assert island.elapsed(at("2026-04-04 12:00"), at("2026-04-05 12:00")) == hours(2.5)


def test_apia_left_out_a_friday() -> None:
    apia = calendar("Pacific/Apia", OFFICE)
    week = list(apia.intervals(at("2011-12-29 12:00"), at("2012-01-03 04:00")))
    assert week == [
        (at("2011-12-29 19:00"), at("2011-12-30 03:00")),  # Thursday
        (at("2012-01-01 19:00"), at("2012-01-02 03:00")),  # Monday; there was no Friday
        (at("2012-01-02 19:00"), at("2012-01-03 03:00")),
    ]
    nights = calendar("Pacific/Apia", {"thursday": ["22:00-06:00+1"], "friday": ["22:00-06:00+1"]})
    assert list(nights.intervals(at("2011-12-29 12:00"), at("2012-01-02 00:00"))) == [
        (at("2011-12-30 08:00"), at("2011-12-30 16:00"))  # into Saturday, the day that came next
    ]


def test_kwajalein_left_out_a_saturday_and_changed_by_a_day() -> None:
    assert calendar("Pacific/Kwajalein", ALWAYS).elapsed(at("1993-08-20 00:00"), at("1993-08-22 00:00")) == hours(48)


def test_zones_with_a_history() -> None:
    caracas = calendar("America/Caracas")
    assert next(caracas.intervals(at("2007-12-07 00:00"), at("2007-12-08 00:00")))[0] == at("2007-12-07 13:00")
    assert next(caracas.intervals(at("2007-12-10 00:00"), at("2007-12-11 00:00")))[0] == at("2007-12-10 13:30")
    assert next(caracas.intervals(at("2016-05-02 00:00"), at("2016-05-03 00:00")))[0] == at("2016-05-02 13:00")
    moscow = calendar("Europe/Moscow")
    assert [next(moscow.intervals(at(f"{year}-07-01 00:00"), at(f"{year}-07-02 00:00")))[0].hour for year in (2010, 2013, 2015)] == [5, 5, 6]  # fmt: skip


def test_a_holiday_takes_the_whole_shift_that_begins_on_it_and_leaves_the_end_of_the_one_before() -> None:
    nights = calendar(windows={day: ["22:00-06:00+1"] for day in NAMES}, holidays={"12-25": "Christmas Day"})
    assert list(nights.intervals(at("2026-12-24 12:00"), at("2026-12-27 00:00"))) == [
        (at("2026-12-24 22:00"), at("2026-12-25 06:00")),
        (at("2026-12-26 22:00"), at("2026-12-27 00:00")),
    ]


def test_exceptions_add_working_time_on_holidays_and_weekends() -> None:
    office = calendar(
        holidays={"2026-12-24": "Christmas Eve"},
        exceptions={"2026-12-24": ["09:00-12:00"], "2026-12-26": ["10:00-11:00"], "2026-12-28": ["16:00-19:00"]},
    )
    assert office.elapsed(at("2026-12-24 00:00"), at("2026-12-25 00:00")) == hours(3)
    assert office.elapsed(at("2026-12-26 00:00"), at("2026-12-27 00:00")) == hours(1)
    assert office.elapsed(at("2026-12-28 00:00"), at("2026-12-29 00:00")) == hours(10)  # joined with the regular window
    assert office.rules.holiday(at("2026-12-24 00:00").date()) == "Christmas Eve"


def test_the_29th_of_february_can_be_a_holiday_every_leap_year() -> None:
    leap = calendar(windows=ALWAYS, holidays={"02-29": "Leap day"})
    assert leap.elapsed(at("2027-02-01 00:00"), at("2027-03-01 00:00")) == hours(28 * 24)
    assert leap.elapsed(at("2028-02-01 00:00"), at("2028-03-01 00:00")) == hours(28 * 24)


def test_round_the_clock_is_one_interval_and_plain_subtraction() -> None:
    always = calendar("America/New_York", ALWAYS)
    assert len(list(always.intervals(at("1990-01-01 00:00"), at("2100-01-01 00:00")))) == 1
    assert always.elapsed(at("1990-01-01 00:00"), at("2100-01-01 00:00")) == at("2100-01-01 00:00") - at(
        "1990-01-01 00:00"
    )


def test_moments_of_any_zone_are_understood() -> None:
    """Python subtracts two moments of one zone by their clocks; here the hour that came twice counts."""
    zone = ZoneInfo("Europe/Berlin")
    before, after = datetime(2026, 10, 25, 2, 30, tzinfo=zone), datetime(2026, 10, 25, 2, 30, tzinfo=zone, fold=1)
    always = calendar("Europe/Berlin", ALWAYS)
    assert always.elapsed(before, after) == hours(1)
    assert always.deadline(before, hours(1)) == after.astimezone(UTC)
    assert list(always.intervals(before, after)) == [(at("2026-10-25 00:30"), at("2026-10-25 01:30"))]


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        calendar().elapsed(datetime(2026, 1, 1), at("2026-01-02 00:00"))


def test_a_target_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        calendar().deadline(at("2026-01-01 00:00"), -hours(1))
    with pytest.raises(ValueError, match="below zero"):
        calendar().deadline_many(np.array(["2026-01-01"], "M8[us]"), np.timedelta64(-1, "h"))


@pytest.mark.parametrize("moment", ["1969-12-31 23:59", "2200-01-01 00:00"])
def test_moments_no_calendar_reaches_are_refused(moment: str) -> None:
    with pytest.raises(BeyondCalendar, match="1970 to 2199"):
        calendar().elapsed(at("2026-01-01 00:00"), at(moment))
    with pytest.raises(BeyondCalendar):
        calendar().elapsed_many(np.array([moment], "M8[us]"), np.array(["2026-01-01"], "M8[us]"))


def test_a_target_that_ends_beyond_the_calendar_is_refused() -> None:
    rare = calendar(windows={"monday": ["09:00-09:01"]})
    with pytest.raises(BeyondCalendar):
        rare.deadline(at("2026-01-01 00:00"), timedelta(days=40))
    with pytest.raises(BeyondCalendar):
        rare.deadline_many(np.array(["2026-01-01"], "M8[us]"), np.timedelta64(40, "D"))
    with pytest.raises(BeyondCalendar):
        calendar().deadline_many(np.array(["2026-01-01"], "M8[us]"), np.timedelta64(2**62, "us"))


def test_no_time_at_all_is_an_unreadable_moment_for_arrays() -> None:
    with pytest.raises(BeyondCalendar):
        calendar().elapsed_many(np.array(["NaT"], "M8[us]"), np.array(["2026-01-01"], "M8[us]"))
    assert calendar().elapsed_many(np.array([], "M8[us]"), np.array([], "M8[us]")).size == 0
    assert calendar().deadline_many(np.array([], "M8[us]"), np.timedelta64(1, "h")).size == 0


def test_any_year_from_1990_to_2100_in_any_order() -> None:
    office = Calendar(Rules.from_json({"zone": "Europe/Berlin", "windows": OFFICE}))
    for year in (2026, 2099, 1990, 2050):
        monday = next(office.intervals(at(f"{year}-01-08 00:00"), at(f"{year}-02-01 00:00")))[0]
        assert office.deadline(monday, hours(4)) == monday + hours(4)


def test_no_zone_changes_twice_within_a_day() -> None:
    """The compiler looks once a day; this looks at every hour of the years with the hastiest changes known."""
    for key, year in (
        ("America/Recife", 2000),
        ("Asia/Gaza", 2040),
        ("Asia/Hebron", 2054),
        ("Africa/Casablanca", 2030),
    ):
        zone, low = ZoneInfo(key), at(f"{year}-01-01 00:00")
        ahead = [(low + hours(n)).astimezone(zone).utcoffset() for n in range(366 * 24)]
        changes = [n for n in range(1, len(ahead)) if ahead[n] != ahead[n - 1]]
        assert all(other - one > 24 for one, other in pairwise(changes))
