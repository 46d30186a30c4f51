"""The period that a report is about, as a request names it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date
from rest_framework.request import Request

from tickets.api.schema import parameter
from tickets.errors import Invalid
from tickets.fields import moment
from tickets.models import User

DAYS = timedelta(days=30)
LONGEST = timedelta(days=3660)
PERIOD = [
    parameter("from", "Its first day, in your time zone, or a moment; 30 days before its end unless told."),
    parameter(
        "to", "Its end, which is not within: a day, in your time zone, or a moment; the coming hour unless told."
    ),
]


@dataclass(frozen=True)
class Period:
    """From `start` to before `end`."""

    start: datetime
    end: datetime

    @classmethod
    def read(cls, request: Request, reader: User, now: datetime) -> "Period":
        """Return `?from=` and `?to=`. Raises Invalid."""
        next_hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        end = _moment(request, "to", reader) or next_hour
        start = _moment(request, "from", reader) or end - DAYS
        if not timedelta(0) < end - start <= LONGEST:
            raise Invalid({"from": ["A period begins before it ends, and lasts ten years at most."]})
        return cls(start, end)

    @property
    def before(self) -> "Period":
        """The period of the same length before this one."""
        return Period(self.start - (self.end - self.start), self.start)


def _moment(request: Request, name: str, reader: User) -> datetime | None:
    given = request.query_params.get(name, "")
    try:
        day = parse_date(given)
        if day:
            return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(reader.time_zone))
        return moment(given, reader)
    except ValueError:
        raise Invalid({name: ["Write a day like 2026-03-01, or a date and time like 2026-03-01T09:30:00Z."]}) from None
