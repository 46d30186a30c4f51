"""How a promise stood at a moment of the past, as its ledger tells. Plain Python; hours since 1970 in UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ai.risk.features import Moment
from sla.calendars import BeyondCalendar, Calendar

HOUR = timedelta(hours=1)
NOTHING = timedelta(0)


@dataclass(frozen=True)
class Stretch:
    """A line of a ledger; the one that lasts has no end."""

    start: datetime
    end: datetime | None
    runs: bool
    target: timedelta | None
    working: Calendar


@dataclass(frozen=True)
class Promise:
    """Called with a moment, says what was `used` (share of the target), `left` (hours until it would be due) and the `target` (hours).

    None where nothing was promised at that moment, or the promise was kept or broken before.
    """

    ledger: Sequence[Stretch]

    def __call__(self, at: float) -> Moment | None:
        now = moment_of(at)
        used, present = NOTHING, None
        for line in self.ledger:
            if line.start > now:
                break
            end = now if line.end is None else min(line.end, now)
            if line.runs and end > line.start:
                used += line.working.elapsed(line.start, end)
            present = line if line.end is None or now < line.end else None
        if present is None or present.target is None or used >= present.target:
            return None
        try:
            left = (present.working.deadline(now, present.target - used) - now) / HOUR
        except BeyondCalendar:
            return None
        return {"used": used / present.target, "left": left, "target": present.target / HOUR}


def moment_of(at: float) -> datetime:
    return datetime.fromtimestamp(at * 3600, UTC)


def hours_of(moment: datetime) -> float:
    return moment.timestamp() / 3600
