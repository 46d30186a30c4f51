"""What a learned model says about one ticket: a label for each field, how sure it is, and the words that spoke for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ai.triage.confidence import Confidence, answers, sigmoid
from ai.triage.text import FACT, PAIR, WORD, Example, Features, features_of
from ai.triage.vocabulary import Vector, Vocabulary

Arrays = Mapping[str, NDArray[Any]]
REASONS = 5
ALTERNATIVES = 3
WORTH_NAMING = 0.15  # of what the strongest word said
COMMON = 1.7  # rarity of what stands in half of all tickets; such words give no reason
TAG_FROM = 0.5  # a tag that is more likely wrong than right is not suggested


@dataclass(frozen=True)
class Advice:
    """`labels` is one label, or the tags; `others` are the next likely ones with their probabilities."""

    labels: tuple[str, ...]
    confidence: float
    reasons: tuple[str, ...]
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Head:
    """The columns of the weights that answer for one field."""

    field: str
    labels: tuple[str, ...]
    start: int
    confidence: Confidence | None  # None for tags, which are sure of themselves by `slopes`
    slopes: tuple[float, float] = (0.0, 1.0)

    @property
    def columns(self) -> slice:
        return slice(self.start, self.start + len(self.labels))

    def about(self) -> dict[str, Any]:
        """Return this as JSON values, for `head_from`."""
        sure = self.confidence and {"slopes": list(self.confidence.slopes), "rates": list(self.confidence.rates)}
        named = {"field": self.field, "labels": list(self.labels), "start": self.start}
        return {**named, "confidence": sure, "slopes": list(self.slopes)}


def head_from(about: Mapping[str, Any]) -> Head:
    sure = about["confidence"]
    confidence = Confidence(tuple(sure["slopes"]), tuple(sure["rates"])) if sure else None
    low, slope = about["slopes"]
    return Head(about["field"], tuple(about["labels"]), about["start"], confidence, (low, slope))


@dataclass(frozen=True)
class Model:
    vocabulary: Vocabulary
    weights: NDArray[np.float16]  # columns × labels of all fields
    bias: NDArray[np.float32]
    heads: tuple[Head, ...]

    @classmethod
    def of(cls, arrays: Arrays, about: Mapping[str, Any]) -> "Model":
        """Read what `arrays` and `about` wrote."""
        vocabulary = Vocabulary(arrays["kept"], arrays["rarity"])
        return cls(vocabulary, arrays["weights"], arrays["bias"], tuple(map(head_from, about["heads"])))

    def arrays(self) -> dict[str, NDArray[Any]]:
        words = {"kept": self.vocabulary.kept, "rarity": self.vocabulary.rarity}
        return {**words, "weights": self.weights, "bias": self.bias}

    def about(self) -> dict[str, Any]:
        return {"heads": [head.about() for head in self.heads]}

    def advise(self, example: Example) -> dict[str, Advice]:
        """Return the advice by field; none at all for a text without a known word."""
        features = features_of(example)
        vector = self.vocabulary.vector(features)
        if not len(vector.column):
            return {}
        pull = self.weights[vector.column].astype(np.float32)
        scores = vector.value @ pull + self.bias
        said = _Said(features, vector, pull, self.vocabulary.rarity[vector.column])
        found = {head.field: _advice(head, scores[head.columns], said) for head in self.heads}
        return {field: advice for field, advice in found.items() if advice}


@dataclass(frozen=True)
class _Said:
    """A ticket's words with what each of them pulls at: rows of `pull` are known features, columns labels."""

    features: Features
    vector: Vector
    pull: NDArray[np.float32]
    rarity: NDArray[np.float32]  # of each row

    def for_label(self, column: int, rival: int | None) -> tuple[str, ...]:
        """Return the words that spoke loudest for a label, rather than for its rival."""
        pull = self.pull[:, column] - (0 if rival is None else self.pull[:, rival])
        counted = np.bincount(self.vector.source, minlength=len(pull))
        each = (pull * self.vector.value / np.maximum(counted, 1))[self.vector.source]
        places, family = self.features.place[self.vector.known], self.features.family[self.vector.known]
        pair = family == PAIR
        each = np.where(pair, each / 2, each)
        size = len(self.features.words)
        loud = np.bincount(places, each, minlength=size) + np.bincount(places[pair] + 1, each[pair], minlength=size)
        common = np.isin(family, (WORD, FACT)) & (self.rarity[self.vector.source] < COMMON)
        loud[places[common]] = 0
        by_word: dict[str, float] = {}
        for word, weight in zip(self.features.words, loud, strict=True):
            by_word[word] = by_word.get(word, 0.0) + float(weight)
        return _loudest({word: weight for word, weight in by_word.items() if not word.isdigit()})


def _loudest(weights: Mapping[str, float]) -> tuple[str, ...]:
    ordered = sorted(weights.items(), key=lambda pair: -pair[1])[:REASONS]
    least = ordered[0][1] * WORTH_NAMING if ordered else 0.0
    return tuple(word for word, weight in ordered if weight > 0 and weight >= least)


def _advice(head: Head, scores: NDArray[np.float32], said: _Said) -> Advice | None:
    return _one(head, scores, said) if head.confidence else _several(head, scores, said)


def _one(head: Head, scores: NDArray[np.float32], said: _Said) -> Advice:
    assert head.confidence  # noqa: S101 - the caller has asked
    label, best, lead = answers(scores[None].astype(np.float64))
    sure = float(head.confidence.of(best, lead, label)[0])
    order = np.argsort(-scores)[: ALTERNATIVES + 1]
    rest = np.exp(2 * (scores[order[1:]] - scores[order[0]]))
    shares = np.minimum((1 - sure) * rest / (1 + rest.sum()), sure)
    others = tuple((head.labels[at], float(share)) for at, share in zip(order[1:], shares, strict=True))
    first, second = int(order[0]) + head.start, int(order[1]) + head.start
    return Advice((head.labels[order[0]],), sure, said.for_label(first, second), others)


def _several(head: Head, scores: NDArray[np.float32], said: _Said) -> Advice | None:
    low, slope = head.slopes
    likely = sigmoid(low + slope * scores.astype(np.float64))
    order = [int(at) for at in np.argsort(-likely) if likely[at] >= TAG_FROM]
    if not order:
        return None
    labels = tuple(head.labels[at] for at in order)
    words = dict.fromkeys(word for at in order for word in said.for_label(at + head.start, None))
    return Advice(labels, float(likely[order[-1]]), tuple(words)[:REASONS])
