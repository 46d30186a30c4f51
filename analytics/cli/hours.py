"""Business hours as people type them: `mon-fri 09:00-17:00`, several parted by semicolons."""

import re
from zoneinfo import ZoneInfo

from analytics.configuration import ConfigurationError
from sla.calendars import Calendar
from sla.rules import WEEKDAYS, Rules
from tickets.errors import Invalid

PART = re.compile(r"^([a-z]{3})[a-z]*(?:\s*[-–]\s*([a-z]{3})[a-z]*)?\s+(\d.*)$")
SHORT = [name[:3] for name in WEEKDAYS]


def business_hours(text: str, zone: ZoneInfo) -> Calendar | None:
    """Return the calendar of these hours on the clocks of a zone, None for none. Raises ConfigurationError."""
    if not text.strip():
        return None
    windows: dict[str, list[str]] = {}
    for part in text.lower().split(";"):
        found = PART.match(part.strip())
        if not found or not {found[1], found[2] or found[1]} <= set(SHORT):
            raise ConfigurationError(
                f"Write business hours like 'mon-fri 09:00-17:00; sat 10:00-14:00', not {part.strip()!r}."
            )
        first = SHORT.index(found[1])
        last = SHORT.index(found[2] or found[1])
        for place in range(first, first + (last - first) % 7 + 1):
            windows.setdefault(WEEKDAYS[place % 7], []).extend(hours.strip() for hours in found[3].split(","))
    try:
        return Calendar.compile(
            Rules.from_json({"zone": zone.key, "windows": windows, "holidays": {}, "exceptions": {}})
        )
    except Invalid as error:
        raise ConfigurationError(f"Business hours: {error.sentence}") from None
