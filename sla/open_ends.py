"""The open end of a clock's ledger: enough to say how much of a target is used and what is reached next. Plain Python."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sla.facts import FULL, Terms


class OpenEnd(NamedTuple):
    """What an open clock's columns say; what lies in its closed segments is known as a sum only."""

    used: timedelta  # in the closed segments
    since: datetime
    runs: bool
    target: timedelta
    terms: Terms

    def passed(self, now: datetime) -> int:
        """Return the highest percentage used by `now`, of the warnings and 100; 0 for none."""
        used = self._used_until(now) * FULL
        if used >= self.target * FULL:
            return FULL
        return next((step for step in reversed(self.terms.warnings) if used >= self.target * step), 0)

    def _used_until(self, now: datetime) -> timedelta:
        if self.runs and self.since < now:
            return self.used + self.terms.working.elapsed(self.since, now)
        return self.used

    def mark_after(self, announced: int) -> int | None:
        return next((mark for mark in self.terms.marks if mark > announced), None)

    def knows(self, percent: int | None) -> bool:
        """Whether the open segment says when the percentage is reached; otherwise a closed one does."""
        return percent is None or self.used < self.target * percent / FULL

    def next_threshold(self, announced: int) -> tuple[int, datetime | None] | None:
        """Return the percentage to be announced next and when it is reached, as the fold does; one that it knows of."""
        percent = self.mark_after(announced)
        if percent is None:
            return None
        left = self.target * percent / FULL - self.used
        return percent, self.terms.working.deadline(self.since, left) if self.runs else None
