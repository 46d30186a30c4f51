"""What one ticket has gone through so far, folded step by step. Plain Python; times are hours since 1970 in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Step:
    """One change of a ticket: what holds from `at` on.

    `values` holds what changed: `done` and `resting` (bool), the levels 1 to 4 of `priority`, `urgency`, `impact`, the keys and the
    extra numbers of a `Schema`.
    """

    at: float
    values: Mapping[str, Any]
    is_touch: bool = True  # somebody worked on it
    by: str = ""  # who


@dataclass
class Course:
    """A ticket until now. What it has become stands in `values`."""

    opened: float
    values: dict[str, Any] = field(default_factory=dict)
    touches: int = 0
    people: set[str] = field(default_factory=set)  # who touched it
    last: float = 0.0
    entered: float = 0.0  # when it took on its present state
    changes: dict[str, int] = field(default_factory=dict)  # key → how often it went from one value to another
    rests: int = 0
    rested: float = 0.0  # hours, without the rest that lasts
    reopened: int = 0
    done_at: float | None = None

    @property
    def is_done(self) -> bool:
        return bool(self.values.get("done"))

    @property
    def is_resting(self) -> bool:
        return bool(self.values.get("resting"))

    def take(self, step: Step) -> None:
        """Go on with the next step, which lies no earlier than the last."""
        was_done, was_resting = self.is_done, self.is_resting
        if was_resting:
            self.rested += max(0.0, step.at - self.last)
        for name, value in step.values.items():
            before = self.values.get(name)
            if before not in (None, "", value):
                self.changes[name] = self.changes.get(name, 0) + 1
        self.values.update(step.values)
        self.touches += step.is_touch
        if step.by:
            self.people.add(step.by)
        if self.is_done != was_done or self.is_resting != was_resting or not self.last:
            self.entered = step.at
        self.rests += self.is_resting and not was_resting
        self.reopened += was_done and not self.is_done
        if not self.is_done:
            self.done_at = None
        elif self.done_at is None:
            self.done_at = step.at
        self.last = step.at

    def rested_until(self, now: float) -> float:
        """Return the hours of rest until `now`."""
        return self.rested + (max(0.0, now - self.last) if self.is_resting else 0.0)
