"""Holidays brought in: public ones by country, and files of other calendars."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.actions.calendars import import_holidays_file, import_public_holidays
from sla.ics import BYTES_AT_MOST, read_ics
from sla.models import CalendarVersion
from tests.sla.minutes import at
from tickets.errors import Invalid, NotAllowed, TooLarge

YEARS = range(2025, 2029)


def ics(*events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//Test//EN"]
    for event in events:
        lines += ["BEGIN:VEVENT", "UID:1", "DTSTAMP:20260101T000000Z", *event, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def test_public_holidays_of_a_part_of_a_country(office, mona):
    done = import_public_holidays(by=mona, calendar=office, country="DE", subdivision="BY", years=[2026, 2027])
    holidays = done.calendar.latest.rules["holidays"]
    assert holidays["2026-01-06"] == "Epiphany"  # in Bavaria, not everywhere
    assert done.added == len(holidays)
    assert (done.calendar.latest.number, done.calendar.latest.note) == (2, "Public holidays of DE-BY, 2026 to 2027")
    assert not done.calendar.latest.compiled.is_working(at("2026-01-06 10:00"))


def test_importing_again_changes_nothing_and_keeps_own_names(office, mona):
    import_public_holidays(by=mona, calendar=office, country="DE", years=[2026])
    again = import_public_holidays(by=mona, calendar=office, country="DE", years=[2026])
    assert again.added == 0
    assert CalendarVersion.objects.filter(calendar=office).count() == 2


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"country": "XX"}, "country", "two letters"),
        ({"country": "__class__"}, "country", "two letters"),
        ({"country": "DE", "subdivision": "TX"}, "subdivision", "BY"),
        ({"country": "DE", "years": []}, "years", "1 to 20"),
        ({"country": "DE", "years": [1492]}, "years", "between 1990 and 2100"),
    ],
)
def test_public_holidays_that_are_refused(office, mona, fields, field, says):
    with pytest.raises(Invalid) as refused:
        import_public_holidays(**{"by": mona, "calendar": office, "years": [2026], **fields})
    assert says in refused.value.errors[field][0]


def test_only_managers_and_admins_import(office, tess):
    with pytest.raises(NotAllowed):
        import_public_holidays(by=tess, calendar=office, country="DE", years=[2026])
    with pytest.raises(NotAllowed):
        import_holidays_file(by=tess, calendar=office, raw=ics(["DTSTART;VALUE=DATE:20260101"]))


def test_all_day_events_of_one_or_several_days():
    found = read_ics(
        ics(
            ["DTSTART;VALUE=DATE:20260102", "SUMMARY:Inventory"],
            ["DTSTART;VALUE=DATE:20260803", "DTEND;VALUE=DATE:20260806", "SUMMARY:Summer  break"],
            ["DTSTART;VALUE=DATE:20261230", "DURATION:P3D", "SUMMARY:New year"],
        ),
        YEARS,
    )
    assert found.holidays == {
        "2026-01-02": "Inventory",
        **{f"2026-08-0{day}": "Summer break" for day in (3, 4, 5)},
        "2026-12-30": "New year",
        "2026-12-31": "New year",
        "2027-01-01": "New year",
    }
    assert found.skipped == []


def test_events_of_every_year_stay_yearly_and_moving_ones_are_written_out():
    found = read_ics(
        ics(
            ["DTSTART;VALUE=DATE:20201224", "DTEND;VALUE=DATE:20201227", "RRULE:FREQ=YEARLY", "SUMMARY:Christmas"],
            ["DTSTART;VALUE=DATE:20200704", "RRULE:FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=4", "SUMMARY:Fourth of July"],
            ["DTSTART;VALUE=DATE:20201126", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "SUMMARY:Thanksgiving"],
            ["DTSTART;VALUE=DATE:20250501", "RRULE:FREQ=YEARLY;COUNT=2", "SUMMARY:Twice"],
            ["DTSTART;VALUE=DATE:20250601", "RRULE:FREQ=YEARLY;UNTIL=20260601", "SUMMARY:Until"],
            ["DTSTART;VALUE=DATE:20250601", "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20260601", "SUMMARY:Not 2026"],
        ),
        YEARS,
    )
    assert {day: name for day, name in found.holidays.items() if len(day) == 5} == {
        "12-24": "Christmas", "12-25": "Christmas", "12-26": "Christmas", "07-04": "Fourth of July",
    }  # fmt: skip
    assert sorted(day for day, name in found.holidays.items() if name == "Thanksgiving") == [
        "2025-11-27", "2026-11-26", "2027-11-25", "2028-11-23",
    ]  # fmt: skip
    assert sorted(day for day, name in found.holidays.items() if name == "Twice") == ["2025-05-01", "2026-05-01"]
    assert sorted(day for day, name in found.holidays.items() if name == "Until") == ["2025-06-01", "2026-06-01"]
    assert sorted(day for day, name in found.holidays.items() if name == "Not 2026") == ["2027-06-01", "2028-06-01"]


def test_what_is_no_holiday_is_named_and_left_out():
    found = read_ics(
        ics(
            ["DTSTART:20260102T090000Z", "SUMMARY:Meeting"],
            ["DTSTART;VALUE=DATE:20260102", "RRULE:FREQ=DAILY", "SUMMARY:Always"],
            ["DTSTART;VALUE=DATE:20260102", "DTEND;VALUE=DATE:20290101", "SUMMARY:Years"],
            ["DTSTART;VALUE=DATE:20260102", "DTEND;VALUE=DATE:20260101", "SUMMARY:Backwards"],
            ["SUMMARY:Never"],
            ["DTSTART;VALUE=DATE:20260103", "STATUS:CANCELLED", "SUMMARY:Cancelled"],
            ["DTSTART;VALUE=DATE:20260104", "SUMMARY:Good"],
        ),
        YEARS,
    )
    assert found.holidays == {"2026-01-04": "Good"}
    assert [line.partition(":")[0] for line in found.skipped] == ["Meeting", "Always", "Years", "Backwards", "Never"]


@pytest.mark.parametrize("raw", [b"", b"hello", b"\xff\xfe", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", b"BEGIN:VEVENT"])
def test_what_is_no_calendar_is_refused(raw):
    with pytest.raises(Invalid):
        read_ics(raw, YEARS)


def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(TooLarge):
        read_ics(b"x" * (BYTES_AT_MOST + 1), YEARS)


def test_a_rule_that_never_comes_true_ends_in_time():
    found = read_ics(ics(["DTSTART;VALUE=DATE:20260102", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"]), YEARS)
    assert found.holidays == {}


@given(st.lists(st.sampled_from(["DTSTART;VALUE=DATE:20260102", "DTSTART:x", "DTEND;VALUE=DATE:20260104", "RRULE:FREQ=YEARLY;COUNT=x", "RRULE:FREQ=YEARLY;BYDAY=9XX", "EXDATE:", "SUMMARY:a", "DURATION:-P1D", "RDATE;VALUE=DATE:20260108", "BEGIN:VALARM", "\x00"]), max_size=5))  # fmt: skip
def test_a_broken_event_breaks_nothing(lines):
    try:
        found = read_ics(ics(lines), YEARS)
    except Invalid:
        return
    assert all(len(day) in (5, 10) for day in found.holidays)


def test_a_file_becomes_a_version_and_tells_what_it_left_out(office, mona):
    raw = ics(["DTSTART;VALUE=DATE:20261224", "SUMMARY:Eve"], ["DTSTART:20260102T090000Z", "SUMMARY:Meeting"])
    done = import_holidays_file(by=mona, calendar=office, raw=raw)
    assert (done.added, done.skipped) == (1, ["Meeting: not an all-day event"])
    assert done.calendar.latest.rules["holidays"] == {"2026-12-24": "Eve"}
    with pytest.raises(Invalid):
        import_holidays_file(by=mona, calendar=office, raw=ics(["DTSTART:20260102T090000Z"]))
