"""From scores to probabilities: how often an answer like this one was right, learned from tickets the weights have not seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DOUBT = 0.5  # strength of the pull of each slope towards 0; keeps few examples from swearing to anything
NOTHING_SAID = np.array([[-1.0, 0.0], [-0.5, 0.0], [0.0, 0.0]])  # best and lead of answers that nothing spoke for
TRUST_AFTER = 5  # answers of one label, before its own rate of success counts more than that of all


@dataclass(frozen=True)
class Confidence:
    """Slopes for (1, best score, lead over the next, the label's own rate) and that rate, as log odds, by label."""

    slopes: tuple[float, ...]
    rates: tuple[float, ...]

    def of(self, best: Floats, lead: Floats, label: NDArray[np.int64]) -> Floats:
        """Return how likely each answer is right, 0 to 1."""
        return sigmoid(_table(best, lead, np.asarray(self.rates)[label]) @ np.asarray(self.slopes))


def learn_confidence(scores: Floats, right: NDArray[np.int64]) -> Confidence:
    """Learn from scores (tickets × labels) and the true label of each ticket, -1 for one that is not among them.

    Answers without any lead count as wrong, a few times: however well the past went, a text of another kind must raise doubt.
    """
    label, best, lead = answers(scores)
    hit = (label == right).astype(np.float64)
    rates = _rates(label, hit, scores.shape[1])
    count = len(NOTHING_SAID)
    table = _table(
        np.r_[best, NOTHING_SAID[:, 0]], np.r_[lead, NOTHING_SAID[:, 1]], np.r_[rates[label], [rates.mean()] * count]
    )
    slopes = logistic(table, np.r_[hit, np.zeros(count)])
    return Confidence(tuple(map(float, slopes)), tuple(map(float, rates)))


def answers(scores: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return the best label of each ticket, its score, and its lead over the next one."""
    label = scores.argmax(axis=1)
    ordered = np.partition(scores, -2, axis=1)
    return label, ordered[:, -1], ordered[:, -1] - ordered[:, -2]


def sigmoid(value: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -30, 30))))


def logistic(table: Floats, hit: Floats, rounds: int = 25) -> Floats:
    """Return the slopes that make `table` tell `hit` (0 or 1), by Newton's method. The first column is the constant."""
    slopes = np.zeros(table.shape[1])
    pull = np.diag([1e-3, *[DOUBT] * (table.shape[1] - 1)])
    for _ in range(rounds):
        believed = sigmoid(table @ slopes)
        bend = (table * (believed * (1 - believed))[:, None]).T @ table + pull
        step = np.linalg.solve(bend, table.T @ (hit - believed) - pull @ slopes)
        slopes += step
        if np.abs(step).max() < 1e-6:
            break
    return slopes


def calibration_error(believed: Floats, hit: Floats, bins: int = 10) -> float:
    """Return the mean distance between belief and truth over bins of equal width (expected calibration error)."""
    which = np.minimum((believed * bins).astype(int), bins - 1)
    total = np.abs(np.bincount(which, believed, bins) - np.bincount(which, hit, bins)).sum()
    return float(total / max(len(hit), 1))


def routable(believed: Floats, hit: Sequence[float] | Floats, precision: float = 0.9) -> float:
    """Return the largest share of tickets, the surest first, of which `precision` are right."""
    order = np.argsort(-believed, kind="stable")
    so_far = np.cumsum(np.asarray(hit)[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(so_far >= precision)
    return float((enough[-1] + 1) / len(order)) if len(enough) else 0.0


def _rates(label: NDArray[np.int64], hit: Floats, labels: int) -> Floats:
    overall = (hit.sum() + 1) / (len(hit) + 2)
    tried, won = np.bincount(label, minlength=labels), np.bincount(label, hit, minlength=labels)
    rate = (won + TRUST_AFTER * overall) / (tried + TRUST_AFTER)
    return np.asarray(np.log(rate / (1 - rate)))


def _table(best: Floats, lead: Floats, rate: Floats) -> Floats:
    return np.column_stack([np.ones_like(best), best, lead, rate])
