"""Whether what was said to be likely came as often: from cases counted by what was said. Plain Python."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum

from ai.quality.shares import ENOUGH

BINS = 10  # of equal width
Fates = Mapping[int, tuple[int, int]]  # percent said → (how often it did not come, how often it came)


@dataclass(frozen=True)
class Bin:
    """Cases about which nearly the same was said: `believed` is the sum of their probabilities, `came` how many came true."""

    number: int
    count: int
    believed: float
    came: int

    @property
    def said(self) -> float:
        return self.believed / self.count

    @property
    def rate(self) -> float:
        return self.came / self.count


def bins_of(cases: Iterable[tuple[int, int, float, int]]) -> list[Bin]:
    """Return the bins that (number of the bin, cases, sum of beliefs, came) add up to, lowest first, without the empty ones."""
    found: dict[int, Bin] = {}
    for number, count, believed, came in cases:
        had = found.get(number, Bin(number, 0, 0.0, 0))
        found[number] = Bin(number, had.count + count, had.believed + believed, had.came + came)
    return [found[number] for number in sorted(found) if found[number].count]


def bins_of_fates(fates: Fates) -> list[Bin]:
    """Return the bins of probabilities that were told in whole percent."""
    return bins_of(
        (min(percent * BINS // 100, BINS - 1), kept + came, percent / 100 * (kept + came), came)
        for percent, (kept, came) in fates.items()
    )


def calibration_error(bins: Iterable[Bin]) -> float | None:
    """Return the expected calibration error: Σ (n_b/n)·|came_b − said_b|; None below `ENOUGH` cases.

    Naeini, Cooper and Hauskrecht, AAAI 2015; Guo et al., ICML 2017.
    """
    bins = list(bins)
    count = sum(one.count for one in bins)
    return fsum(abs(one.came - one.believed) for one in bins) / count if count >= ENOUGH else None


def brier(fates: Fates) -> float | None:
    """Return the mean squared error of the probabilities, (1/n)·Σ(p − y)²; None below `ENOUGH` cases. G. W. Brier, MWR 78 (1950)."""
    count = sum(kept + came for kept, came in fates.values())
    missed = fsum(kept * (p / 100) ** 2 + came * (1 - p / 100) ** 2 for p, (kept, came) in fates.items())
    return missed / count if count >= ENOUGH else None


def auc(fates: Fates) -> float | None:
    """Return how often, of one that came and one that did not, the first was given the higher probability; ties count half.

    The area under the ROC curve as the Mann-Whitney statistic: Hanley and McNeil, Radiology 143 (1982). None below `ENOUGH` cases, or
    where all ended alike.
    """
    not_come, come = sum(kept for kept, _ in fates.values()), sum(came for _, came in fates.values())
    if not not_come or not come or not_come + come < ENOUGH:
        return None
    below, won = 0, 0.0
    for percent in sorted(fates):
        kept, came = fates[percent]
        won += came * (below + kept / 2)
        below += kept
    return won / (not_come * come)
