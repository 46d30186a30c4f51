"""Many clocks moved at once come out as the fold has each of them, over random lives of tickets."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sla.actions.applying import promises_the_same
from sla.choices import Cause, PolicyKind
from sla.clocks import Clock, Fold
from sla.facts import Fact, Start, Terms
from sla.ledger import columns_of, segments_of
from sla.moves import Moves, OpenClock, Stretch, aware
from tests.sla.ledgers import ALWAYS, MONDAY, OFFICE, PAUSES, targets

CAUSES = {Cause.STATUS: ["open", "in_progress", "pending", "on_hold"], Cause.PRIORITY: ["medium", "high"]}
FACTS = st.one_of(
    *(st.tuples(st.just(cause), st.sampled_from(values)) for cause, values in CAUSES.items()),
    st.tuples(st.sampled_from([Cause.REPLY, Cause.MESSAGE]), st.just("")),
)
LIVES = st.lists(st.tuples(st.integers(1, 400), FACTS), max_size=8)  # quarters since the fact before
QUARTER = timedelta(minutes=15)


@st.composite
def terms(draw: st.DrawFn, number: int) -> Terms:
    hours = st.integers(1, 60)
    promised = targets(draw(hours), draw(hours), draw(hours))
    pauses: dict[str, frozenset[str]] = draw(st.sampled_from([{}, PAUSES]))
    return Terms(
        *(number, number, draw(st.sampled_from([OFFICE, ALWAYS])), promised, pauses),
        warnings=draw(st.sampled_from([(), (50, 75, 90), (20,)])),
        steps=draw(st.sampled_from([(), (60, 150)])),
    )


def facts_of(life: Sequence[Any], first: Terms, second: Terms, switch: int) -> Iterator[Fact]:
    """The facts of a life under one policy, and from the `switch`-th on under another."""
    at = MONDAY
    yield Fact(at, Cause.TERMS, terms=first)
    for number, (quarters, (cause, value)) in enumerate(life):
        at += quarters * QUARTER
        if number == switch:
            yield Fact(at, Cause.APPLIED, terms=second)
        yield Fact(at, cause, value, number + 2)


def row_of(number: int, clock: Clock, announced: int) -> OpenClock:
    said = columns_of(clock, announced)
    names = ("state", "since", "used", "due_at", "target", "policy_version_id", "calendar_version_id")
    return OpenClock(number, 1, clock.kind, clock.metric, *(said[name] for name in names), announced)


def stretches(clocks: Sequence[Clock], asked: Sequence[int]) -> Iterator[Stretch]:
    for number in asked:
        for line, segment in zip(segments_of(clocks[number]), clocks[number].segments, strict=False):
            if line["running"]:
                yield Stretch(number, line["start"], line["end"], segment.terms.working)


@given(
    life=LIVES,
    before=terms(1),
    between=terms(2),
    after=st.one_of(st.none(), terms(3)),
    switch=st.integers(0, 8),
    wait=st.integers(1, 2000),
    announced=st.sampled_from([0, 50, 100]),
)
@settings(max_examples=300, deadline=None)
def test_moving_is_what_the_fold_does(
    life: Any, before: Terms, between: Terms, after: Terms | None, switch: int, wait: int, announced: int
) -> None:
    start = Start(MONDAY, "open", "medium")
    facts = list(facts_of(life, before, between, switch))
    now = facts[-1].at + wait * QUARTER
    last = {cause: value for _, (cause, value) in life}
    status, priority = last.get(Cause.STATUS, "open"), last.get(Cause.PRIORITY, "medium")
    clocks = [clock for clock in Fold(start, facts).clocks if clock.stopped_at is None]
    moves = Moves(now)
    for number, clock in enumerate(clocks):
        assert after is None or promises_the_same(clock.last.terms, after, priority)
        moves.add(row_of(number, clock, announced), clock.last.terms, after, status=status, priority=priority)
    found = moves.reckon(lambda asked: stretches(clocks, asked))
    due, next_at = aware(found.due), aware(found.next_at)
    for number, clock in enumerate(clocks):
        wanted = folded(start, facts, clock, Fact(now, Cause.APPLIED if after else Cause.LAPSED, terms=after))
        said = columns_of(wanted, int(found.announced[number]))
        assert moves.change_of(number).state == said["state"]
        assert found.used[number].item() == said["used"]
        assert (due[number], next_at[number]) == (said["due_at"], said["next_at"])
        assert (int(found.next_percents[number]) or None) == said["next_percent"]
        assert int(found.passed[number]) == percent_passed(wanted, now)


def folded(start: Start, facts: Sequence[Fact], clock: Clock, edit: Fact) -> Clock:
    return next(
        other
        for other in Fold(start, [*facts, edit]).clocks
        if (other.kind, other.metric, other.serial) == (PolicyKind.CUSTOMER, clock.metric, clock.serial)
    )


def percent_passed(clock: Clock, now: datetime) -> int:
    steps = (*clock.last.terms.warnings, 100)
    assert clock.target
    return max((step for step in steps if clock.used_until(now) * 100 >= clock.target * step), default=0)
