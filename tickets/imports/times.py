"""Moments as other systems write them."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MONTHS = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)  # noqa: SIM905
}
WRITTEN = re.compile(
    r"(\d{1,2})[/.\- ](\d{1,2}|[A-Za-z]{3})[a-z]*[/.\- ,]+(\d{4}|\d{2})"
    r"(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?)?$"
)
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
LATEST_YEAR = 2200


@lru_cache(maxsize=100_000)
def parse_moment(text: str, zone: str = "UTC", day_first: bool = True) -> datetime:
    """Return an aware moment from ISO 8601, `29/2/2016 01:16` or `30/Sep/21 5:20 PM`. Raises ValueError with a sentence."""
    text = text.strip()
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        parsed = _written(text, day_first)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=ZoneInfo(zone))
    if not 1970 <= parsed.year <= LATEST_YEAR:
        raise ValueError(f"{text[:40]!r} lies outside of 1970 to {LATEST_YEAR}.")
    return parsed.astimezone(UTC)


def _written(text: str, day_first: bool) -> datetime:
    match = WRITTEN.match(text)
    if not match:
        raise ValueError(f"{text[:40]!r} is no date and time.")
    first, second, year, hour, minute, seconds, half = match.groups()
    named = MONTHS.get(second.lower())
    day, month = (int(first), named) if named else (int(first), int(second)) if second.isdigit() else (0, 0)
    if not day_first and not named:
        day, month = month, day
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    try:
        return datetime(
            int(year) + (2000 if len(year) == 2 else 0), month, day, hours, int(minute or 0), int(seconds or 0)
        )
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no date and time.") from None


def parse_past(text: str, zone: str, day_first: bool, now: datetime) -> datetime:
    """Return a moment that has already been; clocks may be a day apart. Raises ValueError."""
    moment = parse_moment(text, zone, day_first)
    if moment > now + timedelta(days=1):
        raise ValueError(f"{text[:40]!r} lies in the future.")
    return moment
