"""Quiet hours: what is due in them waits until they end. Plain Python."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sla.calendars import Calendar


@dataclass(frozen=True)
class QuietHours:
    """Everything outside of a calendar's hours, or from one time of day to another in a zone; or never."""

    outside: Calendar | None = None
    begin: time | None = None
    end: time | None = None
    zone: str = "UTC"

    def wait(self, at: datetime) -> datetime:
        """Return `at`, or when the quiet hours around it end."""
        if self.outside is not None:
            at = self.outside.next_opening(at)
        if self.begin is None or self.end is None:
            return at
        local = at.astimezone(ZoneInfo(self.zone))
        over_midnight = self.begin > self.end
        now = local.time()
        if not (now >= self.begin or now < self.end if over_midnight else self.begin <= now < self.end):
            return at
        day = local.date() + timedelta(days=1 if over_midnight and now >= self.begin else 0)
        # An end inside a missing hour is read with the offset before it, so it never lies before `at`.
        return max(at, datetime.combine(day, self.end, local.tzinfo).astimezone(UTC))


def problems_of_hours(begin: time | None, end: time | None) -> dict[str, list[str]]:
    """Say what makes no sense in quiet hours, by the fields `quiet_from` and `quiet_until`."""
    if (begin is None) != (end is None):
        return {"quiet_from" if begin is None else "quiet_until": ["Quiet hours have a beginning and an end."]}
    if begin is not None and begin == end:
        return {"quiet_until": ["The whole day would be quiet, and nobody would ever hear of it."]}
    return {}
