"""Shares with how sure they are, and percentiles, from counts. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, sqrt

ENOUGH = 20  # cases, below which a share says too little to be told
SURE = 1.96  # standard deviations: 95 of 100


@dataclass(frozen=True)
class Share:
    """`hits` of `count` cases."""

    hits: int
    count: int

    @property
    def is_enough(self) -> bool:
        return self.count >= ENOUGH

    @property
    def rate(self) -> float | None:
        """Return the share from 0 to 1; None where there are too few cases to tell."""
        return self.hits / self.count if self.is_enough else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return between what the true share lies, 95 times of 100: Wilson's score interval.

        (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n). E. B. Wilson, JASA 22 (1927).
        """
        if not self.is_enough:
            return None
        rate, spread = self.hits / self.count, SURE**2 / self.count
        middle = rate + spread / 2
        reach = SURE * sqrt(rate * (1 - rate) / self.count + spread / (4 * self.count))
        return max(0.0, (middle - reach) / (1 + spread)), min(1.0, (middle + reach) / (1 + spread))


def accuracy(accepted: int, corrected: int) -> Share:
    """Return how often advice was right, of those whose right answer is known: accepted / (accepted + corrected)."""
    return Share(accepted, accepted + corrected)


def acceptance(accepted: int, corrected: int, dismissed: int) -> Share:
    """Return how often people took advice, of all that they decided on: accepted / (accepted + corrected + dismissed)."""
    return Share(accepted, accepted + corrected + dismissed)


def percentile(counts: Mapping[int, int], share: float) -> int | None:
    """Return the value that `share` (0 to 1) of the cases do not pass: nearest rank, the ⌈share·n⌉-th smallest; None without any."""
    rank, passed = ceil(share * sum(counts.values())), 0
    for value in sorted(counts):
        passed += counts[value]
        if passed >= max(rank, 1):
            return value
    return None
