"""What a pair of a ticket and a person is worth, as matrices of points: tickets down, people across."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ai.dispatch.facts import Waiting, Weights, Worker

Matrix = NDArray[np.float64]
DAY = 86_400.0
FAMILIAR_AT = 5.0  # tickets resolved for a customer after which familiarity has reached two thirds


@dataclass(frozen=True)
class Points:
    """Each reason by itself, so that a plan can say what decided. Shapes: (tickets, people)."""

    skill: Matrix
    familiarity: Matrix
    learned: Matrix
    waiting: Matrix  # 0 or less
    late: Matrix  # 0 or less
    allowed: NDArray[np.bool_]  # the person is in the ticket's team and has the skills, where anybody has

    @property
    def total(self) -> Matrix:
        return self.skill + self.familiarity + self.learned + self.waiting + self.late


def urgency(tickets: Sequence[Waiting]) -> Matrix:
    """Return the weight of each ticket: 1 for a low priority without risk, up to 7 for a critical one sure to be late."""
    return np.array([1.0 + ticket.priority + 3.0 * ticket.risk for ticket in tickets])


def points_of(tickets: Sequence[Waiting], workers: Sequence[Worker], now: datetime, weights: Weights) -> Points:
    """Return what each pair is worth at `now`."""
    weight = urgency(tickets)[:, None]
    skill, knows = _skill(tickets, workers)
    hours = _seconds_until_work(workers, now)
    until_due = np.array([(t.due_at - now).total_seconds() if t.due_at else np.inf for t in tickets])[:, None]
    late = (hours[None, :] > until_due) & (hours[None, :] > 0)
    return Points(
        skill=weights.skill * skill,
        familiarity=weights.familiarity * _familiarity(tickets, workers),
        learned=weights.learned * _learned(tickets, workers),
        waiting=-weights.waiting / 7 * weight * np.minimum(hours / DAY, 1.0)[None, :],
        late=-weights.late / 7 * weight * late,
        allowed=_in_team(tickets, workers) & knows,
    )


def _skill(tickets: Sequence[Waiting], workers: Sequence[Worker]) -> tuple[Matrix, NDArray[np.bool_]]:
    """Return mean proficiency (0 to 1) in the skills asked for, if any, and who has them all; everybody, where nobody has."""
    fit, knows = np.zeros((len(tickets), len(workers))), np.ones((len(tickets), len(workers)), dtype=bool)
    for wanted, rows in _grouped(ticket.skills for ticket in tickets).items():
        if wanted:
            has = np.array([[worker.skills.get(skill, 0) for skill in wanted] for worker in workers], dtype=float)
            has = has.reshape(len(workers), len(wanted))
            complete = (has > 0).all(axis=1)
            fit[rows] = has.mean(axis=1) / 10
            knows[rows] = complete if complete.any() else True
    return fit, knows


def _familiarity(tickets: Sequence[Waiting], workers: Sequence[Worker]) -> Matrix:
    known = np.zeros((len(tickets), len(workers)))
    for organization, rows in _grouped(ticket.organization for ticket in tickets).items():
        if organization is not None:
            known[rows] = [worker.known.get(organization, 0) for worker in workers]
    found: Matrix = 1 - np.exp(-known / FAMILIAR_AT)
    return found


def _learned(tickets: Sequence[Waiting], workers: Sequence[Worker]) -> Matrix:
    found = np.zeros((len(tickets), len(workers)))
    for row, ticket in enumerate(tickets):
        if ticket.learned:
            found[row] = [ticket.learned.get(worker.pk, 0.0) for worker in workers]
    return found


def _in_team(tickets: Sequence[Waiting], workers: Sequence[Worker]) -> NDArray[np.bool_]:
    """Return who is in the ticket's team; a ticket without one, or with a team of nobody, is open to all."""
    inside = np.ones((len(tickets), len(workers)), dtype=bool)
    for team, rows in _grouped(ticket.team for ticket in tickets).items():
        members = np.array([team in worker.teams for worker in workers], dtype=bool)
        if team is not None and members.any():
            inside[rows] = members
    return inside


def _seconds_until_work(workers: Sequence[Worker], now: datetime) -> Matrix:
    """Return how long until each works next; a week for those who have no shift to come."""
    starts = [worker.next_hour(now) for worker in workers]
    return np.array([(start - now).total_seconds() if start else 7 * DAY for start in starts])


def _grouped(values: Any) -> dict[Any, list[int]]:
    found: dict[Any, list[int]] = {}
    for row, value in enumerate(values):
        found.setdefault(value, []).append(row)
    return found
