"""The same points for a single ticket: who could take it, best first."""

from collections.abc import Sequence
from datetime import datetime

from ai.dispatch.explaining import terms_of
from ai.dispatch.facts import STANDARD, Placement, Waiting, Weights, Worker
from ai.dispatch.plan import load_cost
from ai.dispatch.points import points_of


def rank_workers(
    ticket: Waiting, workers: Sequence[Worker], now: datetime, weights: Weights = STANDARD, count: int = 3
) -> list[Placement]:
    """Return up to `count` people with room for the ticket and the reasons for each, best first."""
    points = points_of([ticket], workers, now, weights)
    found = []
    for column, worker in enumerate(workers):
        if points.allowed[0, column] and worker.free:
            cost = load_cost(worker.load, worker.max_load, weights)
            terms = terms_of(ticket, worker, points, (0, column), cost, worker.load, now)
            found.append(Placement(ticket.pk, worker.pk, terms))
    return sorted(found, key=lambda placement: (-placement.points, placement.worker))[:count]
