"""What the clocks of a ticket are told: small frozen values in the order of the event log. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise

from sla.calendars import Calendar
from sla.choices import Cause, Metric, PolicyKind

Targets = Mapping[tuple[str, str], timedelta]  # metric and priority → promised working time
WARNINGS = (50, 75, 90)
FULL = 100  # percent: the target itself
GIVES_TERMS = (Cause.TERMS, Cause.APPLIED, Cause.LAPSED)


@dataclass(frozen=True, eq=False)
class Terms:
    """What holds for a ticket: a version of a policy with a version of a calendar. One object for one pair."""

    policy: int  # ids of the versions
    calendar: int
    working: Calendar
    targets: Targets
    pauses: Mapping[str, frozenset[str]] = field(default_factory=dict)  # metric → statuses in which it rests
    warnings: tuple[int, ...] = WARNINGS  # percent of the target
    steps: tuple[int, ...] = ()  # percent at which an escalation rule looks; the breach may lie behind them

    @cached_property
    def marks(self) -> tuple[int, ...]:
        """Every percentage that has to be noticed, rising."""
        return tuple(sorted({*self.warnings, *self.steps, FULL}))

    def target(self, metric: Metric, priority: str) -> timedelta | None:
        return self.targets.get((metric, priority))

    def rests(self, metric: Metric, status: str) -> bool:
        return status in self.pauses.get(metric, ())


@dataclass(frozen=True)
class Start:
    """How a ticket began."""

    at: datetime
    status: str
    priority: str
    team: str = ""
    event: int | None = 1


@dataclass(frozen=True)
class Fact:
    """One thing that happened later. `value` is the new status, priority or team, or the other ticket of a merge."""

    at: datetime
    cause: Cause
    value: str = ""
    event: int | None = None  # the version of the ticket's event; None where an edited policy was applied
    terms: Terms | None = None  # with TERMS, APPLIED and LAPSED: what holds from now on, of this kind
    kind: PolicyKind = PolicyKind.CUSTOMER


@dataclass(frozen=True)
class Correction:
    """An event whose time lay before the one it follows: the clocks took it at `taken`."""

    event: int | None
    said: datetime
    taken: datetime


def since_the_beginning(start: Start, facts: list[Fact]) -> list[Fact]:
    """Move the first terms of a kind back to where its clocks begin: time counts from there, whenever the policy was found.

    The customer's clocks begin with the ticket, a team's with its assignment.
    """
    for kind in PolicyKind:
        handovers = [
            n for n, fact in enumerate(facts, start=1) if kind == PolicyKind.INTERNAL and fact.cause == Cause.TEAM
        ]
        for begin, end in reversed(list(pairwise([0, *handovers, len(facts) + 1]))):
            at = facts[begin - 1].at if begin else start.at
            facts[begin : end - 1] = _first_terms_first(facts[begin : end - 1], kind, at)
    return facts


def _first_terms_first(facts: list[Fact], kind: PolicyKind, at: datetime) -> list[Fact]:
    for place, fact in enumerate(facts):
        if _is_terms(fact, kind) and fact.terms is not None:
            before = [other for other in facts[:place] if not _is_terms(other, kind)]
            return [replace(fact, at=at), *before, *facts[place + 1 :]]
    return facts


def _is_terms(fact: Fact, kind: PolicyKind) -> bool:
    return fact.cause in GIVES_TERMS and fact.kind == kind
