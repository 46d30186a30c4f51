"""Dispatch: a thousand tickets over a hundred technicians, beside giving each ticket in turn to whoever suits it best then."""

import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from scipy.sparse import coo_array, diags_array, hstack
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from ai.dispatch.facts import STANDARD, Waiting, Worker
from ai.dispatch.plan import TAKEN, load_cost, make_plan, value_of
from ai.dispatch.points import points_of, urgency
from benchmarks.figures import Figure, table

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
TICKETS, WORKERS, TEAMS, SKILLS, CUSTOMERS = 1_000, 100, 8, 30, 50


def measure(_: bool = False) -> list[Figure]:
    rng = random.Random(5)
    tickets, people = [ticket(rng, n) for n in range(TICKETS)], [worker(rng, n) for n in range(WORKERS)]
    make_plan(tickets[:2], people[:2], NOW)  # loads the solver
    began = time.perf_counter()
    plan = make_plan(tickets, people, NOW)
    took = time.perf_counter() - began
    ours, best, simple = value_of(plan, tickets), best_value(tickets, people), greedy_value(tickets, people)
    return [
        Figure("plan of 1,000 tickets over 100 technicians", took, "s", 5),
        Figure("gap to the best plan by another solver", gap(ours, best), "%", 1, baseline=gap(simple, best)),
    ]


def ticket(rng: random.Random, number: int) -> Waiting:
    return Waiting(
        pk=number,
        priority=rng.randrange(4),
        risk=rng.random(),
        due_at=NOW + timedelta(hours=40 * rng.random()),
        team=rng.choice([None, *range(TEAMS)]),
        organization=rng.randrange(CUSTOMERS),
        skills=frozenset(rng.sample(range(SKILLS), rng.randrange(3))),
    )


def worker(rng: random.Random, number: int) -> Worker:
    return Worker(
        pk=number,
        load=rng.randrange(10),
        max_load=rng.randint(8, 30),
        teams=frozenset({rng.randrange(TEAMS)}),
        skills={rng.randrange(SKILLS): rng.randint(1, 10) for _ in range(4)},
        known={rng.randrange(CUSTOMERS): rng.randint(1, 20) for _ in range(10)},
        shifts=((NOW + timedelta(hours=rng.randint(-5, 24)), NOW + timedelta(hours=30)),),
    )


def gap(value: float, best: float) -> float:
    """Return by how many percent a plan is worth less than the best."""
    return 100 * (best - value) / best


def best_value(tickets: Sequence[Waiting], people: Sequence[Worker]) -> float:
    """Return what the best plan is worth, by a matching in a sparse graph: another algorithm, on costs made anew."""
    points, weight = points_of(tickets, people, NOW, STANDARD), urgency(tickets)
    places = [(at, person.load + n) for at, person in enumerate(people) for n in range(person.free)]
    columns = [at for at, _ in places]
    costs = np.array([load_cost(load, people[at].max_load, STANDARD) for at, load in places])
    gain = TAKEN * weight[:, None] + points.total[:, columns] - costs[None, :]
    most = float(gain.max()) + 1
    served = coo_array(np.where(points.allowed[:, columns], most - gain, 0.0))
    graph = hstack([served, diags_array(np.full(len(tickets), most))]).tocsr()
    rows, chosen = min_weight_full_bipartite_matching(graph)
    return float(sum(most - graph[row, column] for row, column in zip(rows, chosen, strict=True)))


def greedy_value(tickets: Sequence[Waiting], people: Sequence[Worker]) -> float:
    """Return what it is worth to serve the tickets by urgency, each by the best who still has room."""
    points, weight = points_of(tickets, people, NOW, STANDARD), urgency(tickets)
    loads, value = [person.load for person in people], 0.0
    for row in np.argsort(-weight):
        costs = [load_cost(load, person.max_load, STANDARD) for load, person in zip(loads, people, strict=True)]
        room = [load < person.max_load for load, person in zip(loads, people, strict=True)]
        gain = np.where(points.allowed[row] & room, points.total[row] - costs, -np.inf)
        at = int(gain.argmax())
        if np.isfinite(gain[at]):
            value += TAKEN * float(weight[row]) + float(gain[at])
            loads[at] += 1
    return value


if __name__ == "__main__":
    print(table(measure()))
