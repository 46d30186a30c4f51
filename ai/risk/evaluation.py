"""How good forecasts were on tickets later than those they were learned from. Plain NumPy."""

from typing import Any

import numpy as np

from ai.risk.replay import SETTLES, Floats, Table

BANDS = 5


def ranked(chances: Floats, late: Floats) -> float:
    """Return the area under the ROC curve: how often a broken promise was given the higher chance of two. Ties count half."""
    order = np.argsort(chances, kind="stable")
    _, group, counts = np.unique(chances[order], return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2)[group]
    is_late = late[order] == 1
    broken, kept = int(is_late.sum()), int((~is_late).sum())
    if not broken or not kept:
        return float("nan")
    return float((ranks[is_late].sum() - broken * (broken + 1) / 2) / (broken * kept))


def brier(chances: Floats, late: Floats) -> float:
    """Return the mean squared error of the probabilities."""
    return float(((chances - late) ** 2).mean()) if len(late) else float("nan")


def bands(chances: Floats, late: Floats) -> list[dict[str, float]]:
    """Return for bands of probability how many there were, what was foretold, and what came."""
    found = []
    for low in np.arange(BANDS) / BANDS:
        inside = (chances >= low) & ((chances < low + 1 / BANDS) | (low + 1 / BANDS >= 1))
        if inside.any():
            told, came = float(chances[inside].mean()), float(late[inside].mean())
            found.append({"count": int(inside.sum()), "foretold": round(told, 3), "came": round(came, 3)})
    return found


def later_than(table: Table, since: float, until: float) -> Any:
    """Return which rows are of tickets opened from `since` on that were old enough at `until` for their outcome to be known."""
    opened, late = table.of_opened[table.tickets], table.of_late[table.tickets]
    return (opened >= since) & (opened < until - SETTLES) & ~np.isnan(late) & table.is_open


def figures(chances: Floats, late: Floats) -> dict[str, Any]:
    """Return the figures of some forecasts; what always foretelling the mean would have scored stands beside them."""
    auc, mean = ranked(chances, late), float(late.mean()) if len(late) else float("nan")
    found: dict[str, Any] = {"count": len(late), "broken": round(mean, 4), "brier": round(brier(chances, late), 4)}
    found |= {"brier_of_mean": round(mean * (1 - mean), 4), "auc": None if np.isnan(auc) else round(auc, 4)}
    return found | {"bands": bands(chances, late)}
