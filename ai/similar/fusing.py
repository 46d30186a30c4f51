"""What speaks for a candidate, put together: words, pieces of words, meaning, and the votes of its known duplicates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

PIECES = 0.5
MEANING = 1.5
VOTE_POWER = 3.0
# Confidence is a logistic curve over the best evidence, set by hand; it orders, and is not calibrated.
OFFSET, SLOPE, WITH_MEANING = -3.6, 4.2, (-6.0, 4.2)


@dataclass(frozen=True)
class Evidence:
    """How like one earlier ticket is: `words` and `pieces` 0…1, `meaning` the cosine, None without sentence vectors."""

    number: int
    words: float
    pieces: float
    meaning: float | None = None

    @property
    def sum(self) -> float:
        return self.words + PIECES * self.pieces + MEANING * max(self.meaning or 0.0, 0.0)


@dataclass(frozen=True)
class Match:
    """A ticket worth showing: its own evidence, or that of the duplicate which spoke loudest for it."""

    number: int
    best: Evidence
    score: float
    voices: int  # candidates that stand for this ticket, itself included

    @property
    def confidence(self) -> float:
        return confidence(self.best)


def overlap(some: frozenset[str], others: frozenset[str]) -> float:
    """Return the cosine of two sets."""
    return len(some & others) / (len(some) * len(others)) ** 0.5 if some and others else 0.0


def confidence(evidence: Evidence) -> float:
    """Return about how likely this is the same problem, 0 to 1."""
    offset, slope = (OFFSET, SLOPE) if evidence.meaning is None else WITH_MEANING
    return 1 / (1 + exp(-(offset + slope * evidence.sum)))


def fuse(found: Sequence[Evidence], stands_for: Mapping[int, int]) -> list[Match]:
    """Rank candidates. One that is known to be a duplicate (`stands_for`: number → number of the original) votes for its original.

    Every candidate votes with its score relative to the best, to the third power: one very like it outweighs many that are vague.
    """
    top = max((evidence.sum for evidence in found), default=0.0) or 1.0
    votes: dict[int, list[Evidence]] = {}
    for evidence in found:
        votes.setdefault(stands_for.get(evidence.number, evidence.number), []).append(evidence)
    matches = [
        Match(
            number=number,
            best=max(voices, key=lambda evidence: evidence.sum),
            score=sum((evidence.sum / top) ** VOTE_POWER for evidence in voices),
            voices=len(voices),
        )
        for number, voices in votes.items()
    ]
    return sorted(matches, key=lambda match: (-match.score, -match.number))
