"""Clocks against the slow oracle, over random lives of tickets.

`CLOCK_SEQUENCES=10000` is the long profile; a smaller one runs with the suite.
"""

import os
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sla.choices import OPEN_STATES, Cause, PolicyKind
from sla.clocks import Clock, Fold
from sla.facts import Fact, Start, Terms
from sla.open_ends import OpenEnd
from tests.sla.ledgers import ALWAYS, GOLD, MONDAY, OFFICE, ONLY_HIGH, PAUSES, STANDARD, targets
from tests.sla.quarters import QUARTER, Oracle

SEQUENCES = int(os.environ.get("CLOCK_SEQUENCES", "150"))
STATUSES = st.sampled_from(["open", "in_progress", "pending", "on_hold", "resolved", "closed"])
PRIORITIES = st.sampled_from(["low", "medium", "high"])
TEAMS = st.sampled_from(["", "Network", "Partner"])
RESTING = {metric: frozenset({"pending"}) for metric in ("first_response", "next_response", "resolution")}
PATIENT = Terms(6, 2, ALWAYS, targets(3, 2, 30), RESTING)
CUSTOMERS = st.sampled_from([STANDARD, GOLD, ONLY_HIGH, PATIENT])
TEAM_TERMS = st.sampled_from(
    [Terms(7, 1, OFFICE, targets(1, None, 8), PAUSES), Terms(8, 2, ALWAYS, targets(2, None, 4, high=1), PAUSES)]
)


class Lives(RuleBasedStateMachine):
    """A ticket to which anything happens, at quarters of an hour."""

    @initialize(status=STATUSES, priority=PRIORITIES, team=TEAMS, hour=st.integers(0, 24 * 7))
    def create(self, status: str, priority: str, team: str, hour: int) -> None:
        self.now: datetime = MONDAY + timedelta(hours=hour)
        self.start = Start(self.now, status, priority, team)
        self.status = status
        self.facts: list[Fact] = []

    def tell(self, cause: Cause, value: str = "", **terms: Any) -> None:
        self.facts.append(Fact(self.now, cause, value, **terms))

    @rule(quarters=st.integers(1, 200))
    def time_passes(self, quarters: int) -> None:
        self.now += quarters * QUARTER

    @rule(cause=st.sampled_from([Cause.REPLY, Cause.MESSAGE]))
    def somebody_writes(self, cause: Cause) -> None:
        self.tell(cause)

    @rule(status=STATUSES)
    def the_status_changes(self, status: str) -> None:
        self.status = status
        self.tell(Cause.STATUS, status)

    @rule(priority=PRIORITIES)
    def the_priority_changes(self, priority: str) -> None:
        self.tell(Cause.PRIORITY, priority)

    @rule(team=TEAMS)
    def the_team_changes(self, team: str) -> None:
        self.tell(Cause.TEAM, team)

    @rule(cause=st.sampled_from([Cause.ARCHIVED, Cause.RESTORED]))
    def it_is_put_away(self, cause: Cause) -> None:
        self.tell(cause)

    @rule()
    def it_is_merged(self) -> None:
        self.tell(Cause.MERGED, "T-1")
        self.tell(Cause.STATUS, "closed")

    @rule(status=STATUSES)
    def the_merge_is_undone(self, status: str) -> None:
        self.tell(Cause.UNMERGED)
        self.tell(Cause.STATUS, status)

    @rule(terms=CUSTOMERS, cause=st.sampled_from([Cause.TERMS, Cause.APPLIED]))
    def another_policy_holds(self, terms: Terms, cause: Cause) -> None:
        self.tell(cause, terms=terms)

    @rule(terms=TEAM_TERMS)
    def another_internal_policy_holds(self, terms: Terms) -> None:
        self.tell(Cause.TERMS, terms=terms, kind=PolicyKind.INTERNAL)

    @rule(kind=st.sampled_from(list(PolicyKind)))
    def no_policy_holds(self, kind: PolicyKind) -> None:
        self.tell(Cause.LAPSED, kind=kind)

    @rule(quarters=st.integers(1, 40), cause=st.sampled_from([Cause.REPLY, Cause.MESSAGE]))
    def an_import_is_out_of_order(self, quarters: int, cause: Cause) -> None:
        self.facts.append(Fact(self.now - quarters * QUARTER, cause))

    @invariant()
    def clocks_are_what_the_oracle_says(self) -> None:
        if not hasattr(self, "facts"):
            return
        told = Fold(self.start, self.facts)
        oracle = Oracle(self.start, self.facts)
        assert sorted(line_of(clock, oracle.now) for clock in told.clocks) == oracle.lines()
        for clock in told.clocks:
            is_a_ledger(clock)
            if clock.state in OPEN_STATES:
                says_the_same_at_its_end(clock, self.now)


def line_of(clock: Clock, now: datetime) -> str:
    name = f"{'internal ' if clock.kind == PolicyKind.INTERNAL else ''}{clock.metric}"
    name += f" {clock.serial}" if clock.serial > 1 else ""
    last = clock.last
    running = last.terms.working.elapsed(last.start, now) if last.running and last.end is None else timedelta(0)
    return f"{name}: {clock.state}, due {clock.due_at}, used {clock.used + running}"


def is_a_ledger(clock: Clock) -> None:
    """Segments follow each other without gaps, and only the last of an open clock is open."""
    for before, after in zip(clock.segments, clock.segments[1:], strict=False):
        assert before.end == after.start
        assert before.start < after.start
    assert (clock.last.end is None) == (clock.stopped_at is None)
    assert clock.stopped_at is None or clock.last.end == clock.stopped_at


def says_the_same_at_its_end(clock: Clock, now: datetime) -> None:
    """What the watch reads of a clock tells it what the whole ledger would, or that it has to look there."""
    assert clock.target is not None
    end = OpenEnd(clock.used, clock.last.start, clock.last.running, clock.target, clock.last.terms)
    shares = [step for step in (50, 75, 90, 100) if clock.used_until(now) * 100 >= clock.target * step]
    assert end.passed(now) == max(shares, default=0)
    for announced in (0, 50, 75, 90, 100):
        if end.knows(end.mark_after(announced)):
            assert end.next_threshold(announced) == clock.next_threshold(announced)


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=SEQUENCES,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
