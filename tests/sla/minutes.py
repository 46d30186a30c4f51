"""The slow oracle: working time counted minute by minute, each asked for by what local clocks then show. It shares no code with sla/."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MINUTE = timedelta(minutes=1)


def minutes_of(text: str) -> range:
    """Return the minutes of `22:00-06:00+1`, counted from the midnight before it begins."""
    start, end = text.removesuffix("+1").split("-")
    clock = [int(part[:2]) * 60 + int(part[3:]) for part in (start, end)]
    return range(clock[0], clock[1] + (1440 if text.endswith("+1") else 0))


def begun_on(rules: dict[str, Any], day: date) -> list[range]:
    is_holiday = str(day) in rules["holidays"] or str(day)[5:] in rules["holidays"]
    regular = [] if is_holiday else rules["windows"].get(NAMES[day.weekday()], [])
    return [minutes_of(text) for text in [*regular, *rules["exceptions"].get(str(day), [])]]


class Oracle:
    """Knows which minutes of UTC are working time, from one moment for so many days."""

    def __init__(self, rules: dict[str, Any], low: datetime, days: int) -> None:
        self.low = low
        zone = ZoneInfo(rules["zone"])
        self.days: dict[date, bytearray] = {}
        self.working = []
        for number in range(days * 1440):
            shown = (low + number * MINUTE).astimezone(zone)
            self.working.append(self.day(rules, shown.date())[shown.hour * 60 + shown.minute])

    def day(self, rules: dict[str, Any], day: date) -> bytearray:
        """Return for each minute that clocks may show on a day whether it is within a window."""
        if day not in self.days:
            shown = self.days[day] = bytearray(2 * 1440)
            for window in begun_on(rules, day):
                shown[window.start : window.stop] = b"\1" * len(window)
            for window in begun_on(rules, day - timedelta(days=1)):
                over = range(max(window.start - 1440, 0), max(window.stop - 1440, 0))
                shown[over.start : over.stop] = b"\1" * len(over)
        return self.days[day]

    def elapsed(self, a: int, b: int) -> timedelta:
        return sum(self.working[a:b]) * MINUTE

    def deadline(self, start: int, minutes: int) -> datetime | None:
        """Return when so many working minutes have passed, None where that lies beyond what it knows."""
        at = start
        while minutes and at < len(self.working):
            minutes -= self.working[at]
            at += 1
        return None if minutes else self.low + at * MINUTE

    def next_opening(self, start: int) -> datetime | None:
        for at in range(start, len(self.working)):
            if self.working[at]:
                return self.low + at * MINUTE
        return None


def at(text: str) -> datetime:
    """Read `2026-03-29 02:30` as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
