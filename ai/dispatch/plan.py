"""The plan: every waiting ticket to the person with whom all together are served best, solved exactly.

A person's load costs more with each further ticket, so each has as many places as tickets they may still take, each dearer than the
one before. Tickets to places is then the linear assignment problem, which `scipy.optimize.linear_sum_assignment` solves to the
optimum (Crouse 2016, doi:10.1109/TAES.2016.140952): because places grow dearer, the best plan fills them in order.
"""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from ai.dispatch.explaining import reason_to_wait, terms_of
from ai.dispatch.facts import STANDARD, Placement, Waiting, Weights, Worker
from ai.dispatch.points import Matrix, Points, points_of, urgency

TAKEN = 200.0  # points for a ticket that somebody takes, times its urgency: waiting is never better than any person
IMPOSSIBLE = 1e7


def load_cost(load: int, max_load: int, weights: Weights) -> float:
    """Return the points that a further ticket costs somebody with `load` unresolved ones: convex, `weights.load` at the maximum."""
    return weights.load * ((load + 1) / max(max_load, 1)) ** 2


def make_plan(
    tickets: Sequence[Waiting], workers: Sequence[Worker], now: datetime, weights: Weights = STANDARD
) -> list[Placement]:
    """Return a placement per ticket, in the order of `tickets`. The sum of urgency served and points is the greatest possible."""
    if not tickets:
        return []
    points = points_of(tickets, workers, now, weights)
    places = _places(workers, len(tickets), weights)
    chosen = _solve(_costs(points, places, urgency(tickets)))
    loads = [worker.load for worker in workers]
    placements = {}
    for row in _by_place(chosen, places):
        ticket, column = tickets[row], chosen[row]
        if column is None:
            placements[row] = Placement(ticket.pk, None, (reason_to_wait(ticket, workers, points.allowed[row]),))
            continue
        at, cost = places[column]
        terms = terms_of(ticket, workers[at], points, (row, at), cost, loads[at], now)
        placements[row] = Placement(ticket.pk, workers[at].pk, terms)
        loads[at] += 1
    return [placements[row] for row in range(len(tickets))]


def value_of(placements: Sequence[Placement], tickets: Sequence[Waiting]) -> float:
    """Return what a plan is worth in the terms it is solved for."""
    weight = dict(zip((ticket.pk for ticket in tickets), urgency(tickets).tolist(), strict=True))
    return float(sum(TAKEN * weight[p.ticket] + p.points for p in placements if p.worker is not None))


def _places(workers: Sequence[Worker], count: int, weights: Weights) -> list[tuple[int, float]]:
    """Return a place for each further ticket that somebody may take: the person's column and what the place costs."""
    return [
        (at, load_cost(worker.load + n, worker.max_load, weights))
        for at, worker in enumerate(workers)
        for n in range(min(worker.free, count))
    ]


def _costs(points: Points, places: list[tuple[int, float]], weight: Matrix) -> Matrix:
    """Return what to make least: tickets down; places across, then one column a ticket that means it waits, at no cost."""
    columns = [at for at, _ in places]
    gain = TAKEN * weight[:, None] + points.total[:, columns] - np.array([cost for _, cost in places])[None, :]
    costs = np.where(points.allowed[:, columns], -gain, IMPOSSIBLE)
    return np.hstack([costs, np.zeros((len(weight), len(weight)))])


def _solve(costs: Matrix) -> list[int | None]:
    from scipy.optimize import linear_sum_assignment  # 0.3 s to load, and most processes never plan

    _, columns = linear_sum_assignment(costs)
    places = costs.shape[1] - costs.shape[0]
    return [int(column) if column < places else None for column in columns]


def _by_place(chosen: list[int | None], places: list[tuple[int, float]]) -> list[int]:
    """Return the rows with the cheaper places first, so that loads are told in the order they build up."""
    return sorted(range(len(chosen)), key=lambda row: 0.0 if (column := chosen[row]) is None else places[column][1])
