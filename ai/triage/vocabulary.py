"""Which buckets count, and how a ticket's features become one weighed vector."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ai.triage.text import BUCKETS_POWER, FACT, PAIR, RUN, WORD, Features

KEPT_AT_MOST = 60_000
SEEN_AT_LEAST = 2  # tickets
BLOCK = np.zeros(4, dtype=np.int64)  # families that share one length: words with pairs, runs of letters, facts
BLOCK[[WORD, PAIR, RUN, FACT]] = 0, 0, 1, 2
LENGTHS = np.array([1.0, 1.0, 0.4])  # of each block in a vector


@dataclass(frozen=True)
class Vector:
    """The known features of a ticket: `column` ascending and `value`. `source` and `features` lead back to the words."""

    column: NDArray[np.int64]
    value: NDArray[np.float32]
    source: NDArray[np.int64]  # for each known feature of the text, in order: which entry of `column` it counts in
    known: NDArray[np.bool_]  # which features of the text those are


@dataclass(frozen=True)
class Vocabulary:
    """`kept` are the buckets that have a column, ascending; `rarity` weighs each."""

    kept: NDArray[np.int32]
    rarity: NDArray[np.float32]

    def vector(self, features: Features) -> Vector:
        """Return the ticket's vector; one without known features is empty."""
        if not len(self.kept):
            none = np.zeros(0, dtype=np.int64)
            return Vector(none, np.zeros(0, dtype=np.float32), none, np.zeros(len(features.bucket), dtype=np.bool_))
        at = np.searchsorted(self.kept, features.bucket)
        at[at == len(self.kept)] = 0
        known = self.kept[at] == features.bucket
        column, first, source, count = np.unique(at[known], return_index=True, return_inverse=True, return_counts=True)
        block = BLOCK[features.family[known][first]]
        value = (1 + np.log(count)) * self.rarity[column]
        length = np.sqrt(np.bincount(block, value * value, minlength=len(LENGTHS)))
        value *= (LENGTHS / np.where(length > 0, length, 1))[block]
        return Vector(column, value.astype(np.float32), source, known)


def vocabulary_of(many: Iterable[Features]) -> Vocabulary:
    """Return the vocabulary of tickets: buckets seen in several of them, the most frequent ones where they are too many."""
    seen = np.zeros(1 << BUCKETS_POWER, dtype=np.int32)
    tickets = 0
    for features in many:
        seen[np.unique(features.bucket)] += 1
        tickets += 1
    kept = np.flatnonzero(seen >= SEEN_AT_LEAST)
    if len(kept) > KEPT_AT_MOST:
        kept = np.sort(kept[np.argsort(-seen[kept], kind="stable")[:KEPT_AT_MOST]])
    rarity = np.log((1 + tickets) / (1 + seen[kept])) + 1
    return Vocabulary(kept.astype(np.int32), rarity.astype(np.float32))
