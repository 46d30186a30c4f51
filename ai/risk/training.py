"""Learning from a replay: how likely a promise is broken, and when a ticket is done. The only place that needs scikit-learn.

What became of recent tickets is known of the quick ones only, so to learn from known outcomes alone would teach that all goes well.
Each ticket that is a week old therefore counts: by its outcome where that is known, otherwise by how likely its own log makes it.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ai.errors import NothingToLearn
from ai.risk.replay import SETTLES, Floats, Table
from ai.risk.trees import Trees, of_boosting

LEAST = 200  # tickets of known fate, below which nothing is learned
LEAST_OF_EACH = 20  # kept ones, and broken ones
FADES = 30 * 24.0  # hours: half as important
PLAIN: dict[str, Any] = {"max_bins": 64, "random_state": 0}
SMALL = 50_000  # moments, below which threads that wait for each other cost more than they help


@dataclass(frozen=True)
class Fitted:
    """What was learned: log odds of a breach, bent by `slope` and `shift`, and the logarithm of the hours that remain."""

    breach: Trees
    remaining: Trees
    slope: float = 1.0
    shift: float = 0.0

    def chance(self, rows: Floats) -> Floats:
        """Return the probability of a breach of each row."""
        return likely(self.slope * self.breach.score(rows) + self.shift)

    def hours(self, rows: Floats) -> Floats:
        """Return the hours within which about half of such tickets were done."""
        found: Floats = np.expm1(np.clip(self.remaining.score(rows), 0.0, 12.0))
        return found


def likely(odds: Floats) -> Floats:
    """Return the probabilities of log odds."""
    found: Floats = 1.0 / (1.0 + np.exp(-np.clip(odds, -30.0, 30.0)))
    return found


def fit(table: Table, until: float) -> Fitted:
    """Learn from what was known at `until`. Raises NothingToLearn."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1 if len(table.rows) < SMALL else None):
        fates = fates_of(table, until)
        return Fitted(_breach(table, fates, until), remaining_of(table, until))


def fates_of(table: Table, until: float) -> Floats:
    """Return for each ticket how likely its promise is broken, 0 or 1 where known; NaN for those too young. Raises NothingToLearn."""
    is_old = table.of_opened + SETTLES <= until
    is_known = is_old & (table.of_known_at <= until) & ~np.isnan(table.of_late)
    if (short := LEAST - int(is_known.sum())) > 0:
        raise NothingToLearn(f"{short} more tickets with a kept or broken promise are needed.")
    broken = int(table.of_late[is_known].sum())
    if min(broken, int(is_known.sum()) - broken) < LEAST_OF_EACH:
        raise NothingToLearn(
            f"At least {LEAST_OF_EACH} kept and {LEAST_OF_EACH} broken promises are needed to tell them apart."
        )
    found = np.full(len(table.of_opened), math.nan)
    found[is_known] = table.of_late[is_known]
    is_guessed = is_old & ~is_known & ~np.isnan(table.of_settled[:, 0])
    if is_guessed.any():
        known, open_ones = table.of_settled[is_known], table.of_settled[is_guessed]
        guess = _classifier(max_iter=40, learning_rate=0.1, max_leaf_nodes=8, min_samples_leaf=20)
        found[is_guessed] = guess.fit(known, table.of_late[is_known]).predict_proba(open_ones)[:, 1]
    return found


def _breach(table: Table, fates: Floats, until: float) -> Trees:
    fate = fates[table.tickets]
    opened = table.of_opened[table.tickets]
    takes = ~np.isnan(fate) & (opened < until - SETTLES) & table.is_open
    rows, fate = table.rows[takes], fate[takes]
    weights = _fading(opened[takes])
    doubled = _filled(np.vstack([rows, rows]))
    is_late = np.repeat([1, 0], len(rows))
    doubled_weights = np.concatenate([weights * fate, weights * (1.0 - fate)])
    counts = doubled_weights > 1e-4
    if len(np.unique(is_late[counts])) < 2:
        raise NothingToLearn("Kept and broken promises of different weeks are needed.")
    model = _classifier(
        max_iter=120,
        learning_rate=0.07,
        max_leaf_nodes=12,
        min_samples_leaf=60,
        l2_regularization=5.0,
        max_features=0.4,
    )
    return of_boosting(model.fit(doubled[counts], is_late[counts], sample_weight=doubled_weights[counts]))


def remaining_of(table: Table, until: float) -> Trees:
    from sklearn.ensemble import HistGradientBoostingRegressor

    opened, done = table.of_opened[table.tickets], table.of_done_at[table.tickets]
    ended = np.where(np.isnan(done) | (done > until), until, done)
    takes = (opened < until - SETTLES) & table.is_open & (ended >= table.at)
    left = np.log1p(ended[takes] - table.at[takes])
    weights = _fading(opened[takes])
    model = HistGradientBoostingRegressor(
        loss="absolute_error", max_iter=80, learning_rate=0.1, max_leaf_nodes=12, min_samples_leaf=40, **PLAIN
    )
    return of_boosting(model.fit(_filled(table.rows[takes]), left, sample_weight=weights))


def bend(scores: Floats, fates: Floats, strength: float = 20.0) -> tuple[float, float]:
    """Return the slope and the shift of log odds that fit best, by Newton's method; `strength` draws them towards 1 and 0."""
    slope, shift = 1.0, 0.0
    for _ in range(50):
        chance = likely(slope * scores + shift)
        wrong, curve = chance - fates, np.maximum(chance * (1.0 - chance), 1e-6)
        gradient = np.array([(wrong * scores).sum() + strength * (slope - 1.0), wrong.sum() + strength * shift])
        cross = (curve * scores).sum()
        bent = np.array([[(curve * scores**2).sum() + strength, cross], [cross, curve.sum() + strength]])
        step: NDArray[np.float64] = np.linalg.solve(bent, gradient)
        step /= max(1.0, float(np.abs(step).max()))  # from far away a whole step leads astray
        slope, shift = slope - float(step[0]), shift - float(step[1])
        if np.abs(step).max() < 1e-6:
            break
    return max(0.3, slope), shift


def _fading(opened: Floats) -> Floats:
    """Return how much tickets count: the newest fully, however long ago that was."""
    newest = opened.max() if len(opened) else 0.0
    found: Floats = 0.5 ** ((newest - opened) / FADES)
    return found


def _filled(rows: Floats) -> Floats:
    """Give columns of which nothing is known one value; scikit-learn refuses them, and no tree will ask for them."""
    return np.where(np.isnan(rows).all(axis=0), 0.0, rows)


def _classifier(**settings: Any) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(**settings, **PLAIN)
