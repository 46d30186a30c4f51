"""What speaks for a candidate, put together: words, pieces of words, meaning, and the votes of its known duplicates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

PIECES = 0.5
MEANING = 1.5
VOTE_POWER = 3.0


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
class Curve:
    """Confidence as a logistic curve over the best evidence, for evidence with or without meaning."""

    offset: float
    slope: float
    with_meaning: bool


def fixed(with_meaning: bool) -> Curve:
    """Return the curve that knows no desk, set by hand; it orders, and is not calibrated."""
    return Curve(-6.0 if with_meaning else -3.6, 4.2, with_meaning)


@dataclass(frozen=True)
class Match:
    """A ticket worth showing: its own evidence, or that of the duplicate which spoke loudest for it."""

    number: int
    best: Evidence
    score: float
    voices: int  # candidates that stand for this ticket, itself included


def overlap(some: frozenset[str], others: frozenset[str]) -> float:
    """Return the cosine of two sets."""
    return len(some & others) / (len(some) * len(others)) ** 0.5 if some and others else 0.0


def confidence(evidence: Evidence, learned: Curve | None = None) -> float:
    """Return about how likely this is the same problem, 0 to 1; by what the desk decided, where that speaks of such evidence."""
    with_meaning = evidence.meaning is not None
    curve = learned if learned and learned.with_meaning == with_meaning else fixed(with_meaning)
    return 1 / (1 + exp(-(curve.offset + curve.slope * evidence.sum)))


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
