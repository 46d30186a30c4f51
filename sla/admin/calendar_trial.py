"""What the rules of a calendar come to, also while they are being edited: the days ahead, and a sample ticket's deadline."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from sla.calendars import BeyondCalendar
from sla.calendars import Calendar as Hours
from sla.models import Calendar
from sla.rules import Rules
from sla.samples import Sample, sample_of

DAYS_SHOWN = 14
TARGET = timedelta(hours=4)


@dataclass
class Trial:
    """Rules, perhaps not saved, with a sample: a moment on the calendar's clocks, without zone, and a target."""

    rules: Rules
    opened: datetime | None = None
    target: timedelta | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.rules.zone)

    @property
    def now(self) -> datetime:
        """The present minute on the calendar's clocks, without zone."""
        return timezone.now().astimezone(self.zone).replace(second=0, microsecond=0, tzinfo=None)

    @property
    def hours(self) -> Hours:
        return Hours.compile(self.rules)

    @cached_property
    def sample(self) -> Sample | None:
        """The sample's deadline; None without a sample, or where no calendar reaches that far."""
        if self.opened is None or self.target is None:
            return None
        try:
            return sample_of(self.hours, self.opened.replace(tzinfo=self.zone), self.target)
        except BeyondCalendar:
            return None

    @property
    def days(self) -> list[dict[str, Any]]:
        """The next days as a table has them: the date, what it is, and its working time on local clocks."""
        return [self._day(self.now.date() + timedelta(days=number)) for number in range(DAYS_SHOWN)]

    def _day(self, day: date) -> dict[str, Any]:
        begin = datetime.combine(day, datetime.min.time(), self.zone)
        end = datetime.combine(day + timedelta(days=1), datetime.min.time(), self.zone)
        stretches = [
            f"{a.astimezone(self.zone):%H:%M}–{'24:00' if b == end else f'{b.astimezone(self.zone):%H:%M}'}"
            for a, b in self.hours.intervals(begin, end)
        ]
        length = self.hours.elapsed(begin, end) / timedelta(hours=1)
        return {"day": day, "holiday": self.rules.holiday(day), "stretches": stretches, "hours": f"{length:.4g}"}


def trial_of(calendar: Calendar) -> Trial | None:
    """Return what a calendar comes to: as it is being edited, or as it is saved; None for a new one that says nothing yet."""
    if isinstance(tried := getattr(calendar, "tried", None), Trial):
        return tried
    if not calendar.pk:
        return None
    saved = Trial(calendar.latest.parsed, target=TARGET)
    return replace(saved, opened=saved.now)
