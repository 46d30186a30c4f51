"""What an admin writes down for a calendar: a zone, the windows of a week, holidays, and dates with extra windows.

As JSON, and as people type it:

    {"zone": "Europe/Berlin",
     "windows": {"monday": ["09:00-12:00", "13:00-17:30"], "friday": ["22:00-06:00+1"]},
     "holidays": {"12-25": "Christmas Day", "2026-04-03": "Good Friday"},
     "exceptions": {"2026-12-24": ["09:00-12:00"]}}

A window belongs to the day on which it begins. A holiday takes away the windows that begin on it, with their part after midnight, and
leaves the end of a window that began the evening before. An exception adds windows to its date, on a holiday too.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar
from zoneinfo import available_timezones

from tickets.errors import Invalid

T = TypeVar("T")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = 24 * 60
HOLIDAYS_AT_MOST = 5_000
NAME_LENGTH = 200
ZONES = frozenset(available_timezones())
WINDOW = re.compile(r"^(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)\s*(\+1)?$", re.ASCII)
YEARLY = re.compile(r"^\d\d-\d\d$", re.ASCII)
DATE = re.compile(r"^\d{4}-\d\d-\d\d$", re.ASCII)


class Window(NamedTuple):
    """From minute to minute of the day on which it begins; past 24:00 it runs into the next."""

    start: int
    end: int

    @classmethod
    def parse(cls, text: Any) -> "Window":
        """Read `09:00-17:30`, or `22:00-06:00+1` for one that ends the next day. Raises ValueError with a sentence."""
        found = WINDOW.match(text.strip()) if isinstance(text, str) else None
        if found is None:
            raise ValueError(f"Write a window like 09:00-17:30, not {str(text)[:50]!r}.")
        start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
        if start >= DAY or end > DAY or int(found[2]) > 59 or int(found[4]) > 59:
            raise ValueError(f"{text.strip()} is no time of day; hours go from 00:00 to 24:00.")
        if not found[5] and end <= start:
            raise ValueError(f"{text.strip()} ends before it begins. If it ends the next day, write {text.strip()}+1.")
        window = cls(start, end + DAY if found[5] else end)
        if window.end - window.start > DAY:
            raise ValueError(f"{text.strip()} is longer than a day.")
        return window

    def __str__(self) -> str:
        over = self.end > DAY
        end = self.end - DAY if over else self.end
        return f"{_clock(self.start)}-{_clock(end)}{'+1' if over else ''}"


class Holiday(NamedTuple):
    """A day without windows of its own; year 0 stands for every year."""

    year: int
    month: int
    day: int
    name: str

    @classmethod
    def parse(cls, key: Any, name: Any) -> "Holiday":
        """Read `2026-04-03` or the yearly `12-25`, and a name. Raises ValueError with a sentence."""
        if not isinstance(name, str) or len(name) > NAME_LENGTH:
            raise ValueError(f"Write a name of at most {NAME_LENGTH} characters for {str(key)[:20]}.")
        yearly = isinstance(key, str) and YEARLY.match(key)
        found = parse_date(f"2000-{key}" if yearly else key)  # a leap year, so that 02-29 can be yearly
        return cls(0 if yearly else found.year, found.month, found.day, " ".join(name.split()))

    @property
    def key(self) -> str:
        return f"{self.year:04}-{self.month:02}-{self.day:02}" if self.year else f"{self.month:02}-{self.day:02}"


Week = tuple[tuple[Window, ...], ...]


@dataclass(frozen=True)
class Rules:
    """Rules that hold together; there are no others, for making bad ones raises Invalid with the fields at fault."""

    zone: str
    windows: Week  # seven days, Monday first
    holidays: tuple[Holiday, ...] = ()
    exceptions: tuple[tuple[date, tuple[Window, ...]], ...] = ()

    def __post_init__(self) -> None:
        errors = {**_zone_errors(self.zone), **_week_errors(self.windows), **_holiday_errors(self.holidays)}
        for day, windows in self.exceptions:
            for one, other in _overlaps(windows):
                errors[f"exceptions.{day}"] = [f"{other} overlaps {one}."]
        if errors:
            raise Invalid(errors)

    @classmethod
    def from_json(cls, value: Any) -> "Rules":
        """Read rules as JSON gives them. Raises Invalid with every field that cannot be read."""
        if not isinstance(value, Mapping):
            raise Invalid({"rules": ["Give an object with zone, windows, holidays and exceptions."]})
        errors = {str(name): ["There is no such field."] for name in value.keys() - cls.__dataclass_fields__.keys()}
        reading = _Reading(value, errors)
        week = reading.table("windows", lambda day, windows: (_weekday(day), _windows(windows)))
        holidays = reading.table("holidays", Holiday.parse)
        exceptions = reading.table("exceptions", lambda day, windows: (parse_date(day), _windows(windows)))
        if errors:
            raise Invalid(errors)
        by_day = dict(week)
        return cls(
            zone=value.get("zone", ""),
            windows=tuple(by_day.get(day, ()) for day in range(7)),
            holidays=tuple(sorted(holidays)),
            exceptions=tuple(sorted((day, windows) for day, windows in exceptions if windows)),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads, in one order whatever the order it came in."""
        week = zip(WEEKDAYS, self.windows, strict=True)
        return {
            "zone": self.zone,
            "windows": {day: [str(window) for window in windows] for day, windows in week if windows},
            "holidays": {holiday.key: holiday.name for holiday in self.holidays},
            "exceptions": {str(day): [str(window) for window in windows] for day, windows in self.exceptions},
        }

    def holiday(self, day: date) -> str | None:
        """Return the name of the holiday on a date, None where it is no holiday."""
        found = self._holidays.get((day.year, day.month, day.day))
        return found if found is not None else self._holidays.get((0, day.month, day.day))

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """Return the windows that begin on a date: those of its weekday unless it is a holiday, and its exceptions."""
        regular = self.windows[day.weekday()] if self.holiday(day) is None else ()
        return regular + self._exceptions.get(day, ())

    @cached_property
    def _holidays(self) -> dict[tuple[int, int, int], str]:
        return {(holiday.year, holiday.month, holiday.day): holiday.name for holiday in self.holidays}

    @cached_property
    def _exceptions(self) -> dict[date, tuple[Window, ...]]:
        return dict(self.exceptions)


@dataclass
class _Reading:
    """The parts of a JSON object, read one by one, while errors are gathered under their names."""

    value: Mapping[str, Any]
    errors: dict[str, list[str]]

    def table(self, field: str, one: Callable[[Any, Any], T]) -> list[T]:
        """Return each entry of an object as `one` makes it."""
        entries = self.value.get(field) or {}
        if not isinstance(entries, Mapping):
            self.errors[field] = ["Give an object."]
            return []
        found = []
        for key, entry in entries.items():
            try:
                found.append(one(key, entry))
            except ValueError as error:
                self.errors[f"{field}.{key}"] = [str(error)]
        return found


def parse_date(text: Any) -> date:
    """Read `2026-04-03`. Raises ValueError with a sentence."""
    try:
        if isinstance(text, str) and DATE.match(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f"Write a date like 2026-04-03, not {str(text)[:20]!r}.")


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _weekday(name: Any) -> int:
    if name not in WEEKDAYS:
        raise ValueError(f"Name a day of {', '.join(WEEKDAYS)}.")
    return WEEKDAYS.index(name)


def _windows(value: Any) -> tuple[Window, ...]:
    if not isinstance(value, list | tuple) or len(value) > DAY:
        raise ValueError('Give a list of windows like ["09:00-12:00", "13:00-17:30"].')
    return tuple(sorted(Window.parse(text) for text in value))


def _overlaps(windows: Iterable[Window]) -> list[tuple[Window, Window]]:
    ordered = sorted(windows)
    return [(one, other) for one, other in pairwise(ordered) if other.start < one.end]


def _zone_errors(zone: Any) -> dict[str, list[str]]:
    if isinstance(zone, str) and zone in ZONES:
        return {}
    return {"zone": ["Choose a time zone like Europe/Berlin."]}


def _week_errors(week: Week) -> dict[str, list[str]]:
    if not any(week):
        return {"windows": ["Give at least one window; without working time no deadline could ever come."]}
    laid = sorted((day * DAY + window.start, day * DAY + window.end, day) for day in range(7) for window in week[day])
    first = laid[0]
    laid.append((first[0] + 7 * DAY, first[1] + 7 * DAY, first[2]))
    errors: dict[str, list[str]] = {}
    for one, other in pairwise(laid):
        if other[0] < one[1]:
            texts = [Window(start - start // DAY * DAY, end - start // DAY * DAY) for start, end, _ in (one, other)]
            before = f"{WEEKDAYS[one[2]].capitalize()}'s {texts[0]}" if one[2] != other[2] else str(texts[0])
            errors.setdefault(f"windows.{WEEKDAYS[other[2]]}", []).append(f"{texts[1]} overlaps {before}.")
    return errors


def _holiday_errors(holidays: tuple[Holiday, ...]) -> dict[str, list[str]]:
    if len(holidays) > HOLIDAYS_AT_MOST:
        return {"holidays": [f"Keep at most {HOLIDAYS_AT_MOST:,} holidays; remove those of past years."]}
    if len({holiday.key for holiday in holidays if not holiday.year}) >= 365:
        return {"holidays": ["Every day of the year is a holiday; no deadline could ever come."]}
    return {}
