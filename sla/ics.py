"""Holidays out of an iCalendar file: its all-day events, those of several days and those of every year too."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Calendar, Component

from sla.rules import HOLIDAYS_AT_MOST, NAME_LENGTH
from tickets.errors import Invalid, TooLarge

BYTES_AT_MOST = 1024 * 1024
DAYS_AT_MOST = 366
DAY = timedelta(days=1)
EVERY_YEAR = {"FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "WKST"}  # what a rule for one date a year is made of


@dataclass
class Found:
    """What a file holds: holidays as `Rules` take them, and the events that are none, with the reason."""

    holidays: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)


def read_ics(raw: bytes, years: range) -> Found:
    """Read a file; rules that fall on another date each year are written out for `years`. Raises Invalid, TooLarge."""
    if len(raw) > BYTES_AT_MOST:
        raise TooLarge(f"Send a file of at most {BYTES_AT_MOST // 1024:,} kB.")
    found = Found()
    for event in _events(raw):
        name = " ".join(str(event.get("SUMMARY", "")).split())[:NAME_LENGTH] or "Holiday"
        try:
            for key in _dates(event, years):
                found.holidays.setdefault(key, name)
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError) as error:
            found.skipped.append(f"{name}: {error}")
        if len(found.holidays) > HOLIDAYS_AT_MOST:
            raise Invalid({"file": [f"This file holds more than {HOLIDAYS_AT_MOST:,} holidays."]})
    return found


def _events(raw: bytes) -> list[Component]:
    try:
        calendars = Calendar.from_ical(raw.decode(), multiple=True)
        events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except (ValueError, IndexError, KeyError, RecursionError):
        events = []
    if not events:
        raise Invalid({"file": ["This is no iCalendar file with events in it."]})
    return [event for event in events if str(event.get("STATUS", "")).upper() != "CANCELLED"]


def _dates(event: Any, years: range) -> Iterator[str]:
    """Yield the days of an event as `2026-04-03`, or as `12-25` where it is the same date every year. Raises ValueError."""
    first = event["DTSTART"].dt
    if isinstance(first, datetime):
        raise ValueError("not an all-day event")
    length = ((event.end if "DTEND" in event or "DURATION" in event else first + DAY) - first) // DAY
    if not 1 <= length <= DAYS_AT_MOST or not 1900 <= first.year <= 2200:
        raise ValueError("no range of days that a calendar could have")
    if "RECURRENCE-ID" in event or "RDATE" in event:
        raise ValueError("a single date out of a series; add it by hand")
    rule = event.get("RRULE")
    for start in [first] if rule is None else _repeated(event, rule, first, years):
        for number in range(length):
            day = str(start + number * DAY)
            yield day[5:] if rule is not None and _is_every_year(event, rule, first) else day


def _is_every_year(event: Any, rule: Any, first: date) -> bool:
    same = rule.get("BYMONTH", [first.month]) == [first.month] and rule.get("BYMONTHDAY", [first.day]) == [first.day]
    return same and rule.keys() <= EVERY_YEAR and rule.get("INTERVAL", [1]) == [1] and "EXDATE" not in event


def _repeated(event: Any, rule: Any, first: date, years: range) -> list[date]:
    if [str(word).upper() for word in rule.get("FREQ", [])] != ["YEARLY"]:
        raise ValueError("repeats otherwise than every year")
    if _is_every_year(event, rule, first):
        return [first]
    begin, end = datetime(first.year, first.month, first.day), datetime(years.stop, 1, 1) - DAY
    series = rrulestr(rule.to_ical().decode(), dtstart=begin, ignoretz=True)
    series = series.replace(count=None, until=min(series._until or end, end))  # a rule may never come true
    times = min(rule.get("COUNT", [HOLIDAYS_AT_MOST])[0], HOLIDAYS_AT_MOST)
    without = event.get("EXDATE", [])
    gone = {item.dt for group in (without if isinstance(without, list) else [without]) for item in group.dts}
    days = [moment.date() for moment in islice(series, times)]
    return [day for day in days if day.year in years and day not in gone]
