"""The ticket as its clocks are told of it, and what it wishes of them. Plain Python."""

from dataclasses import dataclass, field
from enum import Enum

from sla.choices import Cause, Metric, PolicyKind
from sla.facts import Fact, Terms
from tickets.choices import CLOSED_STATUSES, Status


class Doing(Enum):
    RUN, REST, STOP, CANCEL = "run", "rest", "stop", "cancel"


@dataclass
class Situation:
    """The ticket as far as it is told, and the terms that hold."""

    status: str
    priority: str
    team: str
    is_archived: bool = False
    is_merged: bool = False
    is_answered: bool = False  # somebody of the desk replied, or resolved it
    is_waiting: bool = False  # the customer, for an answer to a later message
    is_taken_up: bool = False  # by the team that has it
    terms: dict[PolicyKind, Terms | None] = field(default_factory=dict)

    @property
    def is_closed(self) -> bool:
        return self.status in CLOSED_STATUSES

    def tell(self, fact: Fact) -> None:
        match fact.cause:
            case Cause.STATUS:
                self._set_status(fact.value)
            case Cause.PRIORITY:
                self.priority = fact.value
            case Cause.TEAM:
                self.team, self.is_taken_up = fact.value, False
                self.terms[PolicyKind.INTERNAL] = None  # what the next team promises is said anew
            case Cause.REPLY:
                self.is_answered, self.is_waiting, self.is_taken_up = True, False, True
            case Cause.MESSAGE:  # one that leaves the ticket closed asks for nothing
                self.is_waiting = self.is_waiting or (self.is_answered and not self.is_closed)
            case Cause.MERGED | Cause.UNMERGED:
                self.is_merged = fact.cause == Cause.MERGED
            case Cause.ARCHIVED | Cause.RESTORED:
                self.is_archived = fact.cause == Cause.ARCHIVED
            case Cause.TERMS | Cause.APPLIED | Cause.LAPSED:
                self.terms[fact.kind] = fact.terms

    def _set_status(self, status: str) -> None:
        self.status = status
        if self.is_closed and not self.is_merged:
            self.is_answered, self.is_waiting = True, False
        if not self.is_closed:
            self.is_merged = False  # opened again, it counts again
        self.is_taken_up = self.is_taken_up or status == Status.IN_PROGRESS

    def wish(self, kind: PolicyKind, metric: Metric) -> Doing:
        """Return what a clock should be doing now."""
        terms = self.terms.get(kind)
        if terms is None or self.is_archived or self.is_merged:
            return Doing.CANCEL
        has_nobody = kind == PolicyKind.INTERNAL and not self.team
        if self.is_closed or has_nobody or self._is_kept(kind, metric):
            return Doing.STOP
        return Doing.REST if terms.rests(metric, self.status) else Doing.RUN

    def _is_kept(self, kind: PolicyKind, metric: Metric) -> bool:
        """Whether what a response clock waits for has happened."""
        if metric == Metric.RESOLUTION:
            return False
        if kind == PolicyKind.INTERNAL:
            return self.is_taken_up
        return self.is_answered if metric == Metric.FIRST_RESPONSE else not self.is_waiting
