"""What dispatch is told: the tickets that wait, and the people who could take them. Plain values, times in UTC."""

from dataclasses import dataclass, field
from datetime import datetime

Shift = tuple[datetime, datetime]  # start and end


@dataclass(frozen=True)
class Waiting:
    """A ticket without an assignee."""

    pk: int
    priority: int  # 0 (low) to 3 (critical)
    risk: float  # probability that a promise is broken, 0 to 1
    due_at: datetime | None = None
    team: int | None = None
    organization: int | None = None
    skills: frozenset[int] = frozenset()  # those that its category asks for
    learned: dict[int, float] = field(default_factory=dict)  # person → how likely it is theirs, as closed tickets were


@dataclass(frozen=True)
class Worker:
    """Somebody who handles tickets."""

    pk: int
    load: int  # unresolved tickets
    max_load: int
    teams: frozenset[int] = frozenset()
    skills: dict[int, int] = field(default_factory=dict)  # skill → proficiency, 1 to 10
    known: dict[int, int] = field(default_factory=dict)  # organization → tickets resolved for it lately
    shifts: tuple[Shift, ...] = ()  # of the days to come, in order; days off left out

    @property
    def free(self) -> int:
        return max(self.max_load - self.load, 0)

    def next_hour(self, now: datetime) -> datetime | None:
        """Return when the person works next: `now` within a shift, None where no shift is known to come."""
        for start, end in self.shifts:
            if now < end:
                return max(start, now)
        return None


@dataclass(frozen=True)
class Weights:
    """How many points each reason is worth at most. One scale for plans and for the suggestion on a single ticket."""

    skill: float = 30
    familiarity: float = 10
    learned: float = 15
    waiting: float = 40  # lost by a day until the person works next
    late: float = 40  # lost where the person works only after the deadline
    load: float = 30  # lost by somebody at their maximum


STANDARD = Weights()


@dataclass(frozen=True)
class Term:
    """One reason for or against a pair: its points, and the reason in words."""

    points: float
    words: str


@dataclass(frozen=True)
class Placement:
    """A ticket given to somebody, or to nobody (`worker` None) for the reason in the terms."""

    ticket: int
    worker: int | None
    terms: tuple[Term, ...]

    @property
    def points(self) -> float:
        return sum(term.points for term in self.terms)
