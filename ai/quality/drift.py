"""Whether what comes in now is still like what came before. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import log, sqrt

LEAST = 100  # cases on either side
MOST_LABELS = 9  # told apart, the most frequent ones; the others are one more
REST = ""  # the others
SHIFTING, SHIFTED = 0.1, 0.25  # by custom since N. Siddiqi, Credit Risk Scorecards (2006)
SURE = 1.645  # standard deviations: chance alone goes as far 5 times of 100
MISSING = 0.5  # cases that each side is given of each label, so that what never came is no infinity


class Word(StrEnum):
    """Drift in a word."""

    UNKNOWN = "too few to tell"
    STEADY = "steady"
    SHIFTING = "shifting"
    SHIFTED = "shifted"


@dataclass(frozen=True)
class Moved:
    """One label: its share before and now, from 0 to 1, and what it adds to the index."""

    label: str
    before: float
    now: float
    adds: float


@dataclass(frozen=True)
class Drift:
    """The population stability index with what makes it up, the most moved first; `index` is None where there are too few cases."""

    index: float | None
    word: Word
    labels: tuple[Moved, ...] = ()


UNTOLD = Drift(None, Word.UNKNOWN)


def drift(before: Mapping[str, float], now: Mapping[str, float]) -> Drift:
    """Compare cases by label. The index is Σ (now − before)·ln(now/before) over the shares of the labels."""
    then, here = sum(before.values()), sum(now.values())
    if then < LEAST or here < LEAST:
        return UNTOLD
    first, second = _grouped(before, now)
    moved = sorted(
        (_moved(label, first[label], second[label], then, here, len(first)) for label in first), key=lambda m: -m.adds
    )
    index = sum(one.adds for one in moved)
    return Drift(index, word_for(index, chance(len(first), then, here)), tuple(moved))


def _grouped(before: Mapping[str, float], now: Mapping[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Return both sides with the labels that are rare on both put together."""
    size = {label: before.get(label, 0) + now.get(label, 0) for label in {*before, *now}}
    named = sorted(size, key=lambda label: (-size[label], label))[:MOST_LABELS]
    sides = []
    for side in (before, now):
        kept = {label: side.get(label, 0.0) for label in named}
        if len(size) > len(named):
            kept[REST] = kept.get(REST, 0.0) + sum(count for label, count in side.items() if label not in kept)
        sides.append(kept)
    return sides[0], sides[1]


def _moved(label: str, first: float, second: float, then: float, here: float, labels: int) -> Moved:
    old = (first + MISSING) / (then + MISSING * labels)
    new = (second + MISSING) / (here + MISSING * labels)
    return Moved(label, first / then, second / here, (new - old) * log(new / old))


def chance(labels: int, before: float, now: float) -> float:
    """Return how far the index goes by chance alone, 95 times of 100: it is about (1/n + 1/m)·χ² with one degree less than labels.

    B. Yurdakul and J. Naranjo, Journal of Risk Model Validation 14 (2020); χ² by its mean and spread.
    """
    freedom = max(labels - 1, 0)
    return (1 / before + 1 / now) * (freedom + SURE * sqrt(2 * freedom))


def word_for(index: float, by_chance: float) -> Word:
    if index < max(SHIFTING, by_chance):
        return Word.STEADY
    return Word.SHIFTING if index < SHIFTED else Word.SHIFTED
