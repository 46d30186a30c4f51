"""Boosted trees as arrays: walked in NumPy for many rows at once, with what each feature added. No training library is needed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
COLUMNS = ("feature", "threshold", "missing_left", "left", "right", "value")


@dataclass(frozen=True)
class Trees:
    """All nodes of all trees in a row. `left` and `right` point into it, a leaf at itself; `value` of an inner node is the mean below."""

    start: float
    roots: NDArray[np.int32]
    depth: int
    feature: NDArray[np.int32]
    threshold: Floats
    missing_left: NDArray[np.bool_]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: Floats

    def score(self, rows: Floats) -> Floats:
        """Return the raw score of each row: log odds of a classifier, the value of a regression."""
        at = np.broadcast_to(self.roots, (len(rows), len(self.roots))).copy()
        for _ in range(self.depth):
            at = self._below(rows, at)
        found: Floats = self.start + self.value[at].sum(axis=1)
        return found

    def added(self, rows: Floats) -> Floats:
        """Return rows × features: how much each feature moved the score of a row on its ways through the trees."""
        found = np.zeros_like(rows)
        at = np.broadcast_to(self.roots, (len(rows), len(self.roots))).copy()
        each = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            below = self._below(rows, at)
            np.add.at(found, (each, self.feature[at]), self.value[below] - self.value[at])
            at = below
        return found

    def _below(self, rows: Floats, at: NDArray[np.int32]) -> NDArray[np.int32]:
        seen = rows[np.arange(len(rows))[:, None], self.feature[at]]
        goes_left = np.where(np.isnan(seen), self.missing_left[at], seen <= self.threshold[at])
        return np.where(goes_left, self.left[at], self.right[at])

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Return what `of_arrays` reads, each array under `name`."""
        held = {column: getattr(self, column) for column in COLUMNS}
        held |= {"roots": self.roots, "start": np.array([self.start]), "depth": np.array([self.depth])}
        return {f"{name}_{key}": array for key, array in held.items()}

    @classmethod
    def of_arrays(cls, arrays: dict[str, NDArray[Any]], name: str) -> "Trees":
        held: dict[str, Any] = {column: arrays[f"{name}_{column}"] for column in COLUMNS}
        start, depth = float(arrays[f"{name}_start"][0]), int(arrays[f"{name}_depth"][0])
        return cls(start=start, roots=arrays[f"{name}_roots"], depth=depth, **held)


def of_boosting(model: Any) -> Trees:
    """Return the trees of a fitted scikit-learn `HistGradientBoosting…` without categorical features."""
    parts, roots, offset, deepest = [], [], 0, 1
    for (predictor,) in model._predictors:
        nodes = predictor.nodes
        own = np.arange(len(nodes), dtype=np.int32)
        is_leaf = nodes["is_leaf"].astype(bool)
        parts.append(
            {
                "feature": np.where(is_leaf, 0, nodes["feature_idx"]).astype(np.int32),
                "threshold": nodes["num_threshold"].astype(np.float64),
                "missing_left": nodes["missing_go_to_left"].astype(bool),
                "left": np.where(is_leaf, own, nodes["left"]).astype(np.int32) + offset,
                "right": np.where(is_leaf, own, nodes["right"]).astype(np.int32) + offset,
                "value": _means(nodes, is_leaf),
            }
        )
        roots.append(offset)
        offset += len(nodes)
        deepest = max(deepest, int(nodes["depth"].max()))
    joined = {column: np.concatenate([part[column] for part in parts]) for column in COLUMNS}
    start = float(np.ravel(model._baseline_prediction)[0])
    return Trees(start=start, roots=np.array(roots, dtype=np.int32), depth=deepest, **joined)


def _means(nodes: Any, is_leaf: NDArray[np.bool_]) -> Floats:
    """Return the value of each node: a leaf's own, and above the mean of what is below. Children stand after their parents."""
    value = np.where(is_leaf, nodes["value"], 0.0)
    for number in range(len(nodes) - 1, -1, -1):
        if not is_leaf[number]:
            left, right = int(nodes["left"][number]), int(nodes["right"][number])
            weights = nodes["count"][[left, right]].astype(float)
            value[number] = np.average(value[[left, right]], weights=np.maximum(weights, 1e-9))
    return value
