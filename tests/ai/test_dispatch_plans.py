"""Plans: each ticket goes where all together are served best, exactly, and every placement says why."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai.dispatch.facts import Placement, Waiting, Weights, Worker
from ai.dispatch.plan import TAKEN, load_cost, make_plan, value_of
from ai.dispatch.points import points_of, urgency
from ai.dispatch.ranking import rank_workers

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
AT_WORK = ((NOW - timedelta(hours=1), NOW + timedelta(hours=7)),)
TOMORROW = ((NOW + timedelta(hours=23), NOW + timedelta(hours=31)),)
PRINTERS, NETWORKS = 1, 2


def ticket(pk: int, **facts: object) -> Waiting:
    return Waiting(**{"pk": pk, "priority": 1, "risk": 0.0, **facts})  # type: ignore[arg-type]


def worker(pk: int, **facts: object) -> Worker:
    return Worker(**{"pk": pk, "load": 0, "max_load": 5, "shifts": AT_WORK, **facts})  # type: ignore[arg-type]


def who(plan: list[Placement]) -> list[int | None]:
    return [placement.worker for placement in plan]


def words(placement: Placement) -> str:
    return " · ".join(term.words for term in placement.terms)


def test_the_skilled_get_what_needs_the_skill() -> None:
    plan = make_plan(
        [ticket(1, skills=frozenset({PRINTERS})), ticket(2, skills=frozenset({NETWORKS}))],
        [worker(7, skills={NETWORKS: 9}), worker(8, skills={PRINTERS: 4})],
        NOW,
    )
    assert who(plan) == [8, 7]
    assert "proficiency 4 of 10" in words(plan[0])


def test_a_skill_that_nobody_has_keeps_no_ticket_waiting() -> None:
    plan = make_plan([ticket(1, skills=frozenset({PRINTERS}))], [worker(7)], NOW)
    assert who(plan) == [7]
    assert "nobody free has the skill it needs" in words(plan[0])


def test_only_the_team_of_a_ticket_is_asked() -> None:
    plan = make_plan(
        [ticket(1, team=3)], [worker(7, teams=frozenset({4})), worker(8, load=4, teams=frozenset({3}))], NOW
    )
    assert who(plan) == [8]


def test_whoever_is_at_work_comes_before_whoever_starts_tomorrow() -> None:
    plan = make_plan([ticket(1)], [worker(7, shifts=TOMORROW), worker(8, load=2)], NOW)
    assert who(plan) == [8]


def test_a_deadline_before_the_next_shift_counts_against_it() -> None:
    due = NOW + timedelta(hours=2)
    found = rank_workers(ticket(1, due_at=due), [worker(7, shifts=TOMORROW), worker(8)], NOW)
    assert [placement.worker for placement in found] == [8, 7]
    assert "works only after the deadline" in words(found[1])


def test_who_knows_the_customer_is_preferred_among_equals() -> None:
    plan = make_plan([ticket(1, organization=5)], [worker(7), worker(8, known={5: 6})], NOW)
    assert who(plan) == [8]
    assert "resolved 6 tickets for this customer lately" in words(plan[0])


def test_work_is_shared_fairly_by_share_of_the_maximum() -> None:
    plan = make_plan([ticket(n) for n in range(6)], [worker(7, max_load=8), worker(8, max_load=4)], NOW)
    assert sorted(who(plan)) == [7, 7, 7, 7, 8, 8]


def test_when_there_is_too_little_room_the_urgent_go_first_and_the_rest_learn_why_they_wait() -> None:
    tickets = [ticket(1, priority=0), ticket(2, priority=3), ticket(3, priority=0, risk=0.9)]
    plan = make_plan(tickets, [worker(7, load=3)], NOW)
    assert who(plan) == [None, 7, 7]
    assert "at their maximum" in words(plan[0])


def test_nobody_to_ask_and_nothing_to_give() -> None:
    assert make_plan([], [worker(7)], NOW) == []
    assert "nobody to give it to" in words(make_plan([ticket(1)], [], NOW)[0])


def test_nobody_is_given_more_than_their_maximum() -> None:
    plan = make_plan([ticket(n) for n in range(9)], [worker(7, load=3), worker(8, load=6)], NOW)
    assert sorted(str(chosen) for chosen in who(plan)) == ["7", "7", *["None"] * 7]


few_tickets = st.lists(
    st.builds(
        Waiting,
        pk=st.integers(),
        priority=st.integers(0, 3),
        risk=st.floats(0, 1),
        team=st.sampled_from([None, 1, 2]),
        organization=st.sampled_from([None, 1]),
        skills=st.sampled_from([frozenset(), frozenset({1}), frozenset({1, 2})]),
    ),
    max_size=4,
    unique_by=lambda row: row.pk,
)
few_workers = st.lists(
    st.builds(
        Worker,
        pk=st.integers(0, 1000),
        load=st.integers(0, 4),
        max_load=st.integers(1, 4),
        teams=st.frozensets(st.integers(1, 2)),
        skills=st.dictionaries(st.integers(1, 2), st.integers(1, 10)),
        known=st.dictionaries(st.just(1), st.integers(0, 9)),
        shifts=st.sampled_from([(), AT_WORK, TOMORROW]),
    ),
    max_size=3,
    unique_by=lambda row: row.pk,
)


def best_value(tickets: list[Waiting], workers: list[Worker]) -> float:
    """Try every way there is."""
    weights = Weights()
    points, weight = points_of(tickets, workers, NOW, weights), urgency(tickets)
    best = 0.0
    for chosen in product([None, *range(len(workers))], repeat=len(tickets)):
        value, loads = 0.0, [w.load for w in workers]
        for row, column in enumerate(chosen):
            if column is None:
                continue
            if not points.allowed[row, column] or loads[column] >= workers[column].max_load:
                break
            value += TAKEN * weight[row] + points.total[row, column]
            value -= load_cost(loads[column], workers[column].max_load, weights)
            loads[column] += 1
        else:
            best = max(best, value)
    return best


@given(few_tickets, few_workers)
def test_a_plan_is_as_good_as_the_best_of_all_possible_ones(tickets: list[Waiting], workers: list[Worker]) -> None:
    plan = make_plan(tickets, workers, NOW)
    assert [placement.ticket for placement in plan] == [row.pk for row in tickets]
    assert value_of(plan, tickets) == pytest.approx(best_value(tickets, workers))
