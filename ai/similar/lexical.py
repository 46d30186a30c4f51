"""Lexical likeness, idf kept apart from it: what a word weighs in a ticket (BM25F), and postings that add those weights up.

A posting list belongs to a word and a block of 8,192 neighbouring ticket numbers: three bytes a ticket, so that a hundred thousand
tickets are searched without an index in memory, and a new ticket touches only the lists of its own words in its own block.
Robertson, Zaragoza: "The Probabilistic Relevance Framework: BM25 and Beyond" (2009).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ai.similar.words import BODY_LENGTH, TITLE_LENGTH, counted

BLOCK_BITS = 13
IN_BLOCK = (1 << BLOCK_BITS) - 1
POSTING = np.dtype([("at", "<u2"), ("weight", "u1")])  # place within the block, and what the word weighs there
WEIGHTED = np.dtype([("word", "<u4"), ("weight", "u1")])  # a ticket's own words, to find what an edit takes away

TITLE_WEIGHT = 3.0
SATURATION = 3.0  # k1
TITLE_SHARE, BODY_SHARE = 0.3, 0.6  # b, how far a long text is held against its words
USUAL_TITLE, USUAL_BODY = 8.0, 60.0  # words
WORDS_AT_MOST = 32  # of a question, the most telling ones
POSTINGS_AT_MOST = 400_000  # that a question reads; a word too common for what is left is left out

Weights = dict[int, int]  # number of word → 1…255


def weigh(title: str, body: str) -> Weights:
    """Return what each word of a ticket weighs; long texts and frequent words saturate."""
    in_title, in_body = counted(title, TITLE_LENGTH), counted(body, BODY_LENGTH)
    amount: dict[int, float] = {}
    for field, weight, share, usual in (
        (in_title, TITLE_WEIGHT, TITLE_SHARE, USUAL_TITLE),
        (in_body, 1.0, BODY_SHARE, USUAL_BODY),
    ):
        slope = weight / (1 - share + share * field.total() / usual)
        for word, count in field.items():
            amount[word] = amount.get(word, 0.0) + slope * count
    impact = {word: x / (SATURATION + x) for word, x in amount.items()}
    norm = sum(x * x for x in impact.values()) ** 0.25  # half way to a cosine
    return {word: max(1, min(255, round(255 * x / norm))) for word, x in impact.items()}


def pack_words(weights: Weights) -> bytes:
    """Return a ticket's words as bytes; `unpack_words` reverses it."""
    return np.array(list(weights.items()), dtype=WEIGHTED).tobytes()


def unpack_words(packed: bytes) -> Weights:
    found = np.frombuffer(packed, dtype=WEIGHTED)
    return dict(zip(found["word"].tolist(), found["weight"].tolist(), strict=True))


def merge_postings(packed: bytes, changes: Mapping[int, int]) -> bytes:
    """Return a posting list after `changes`, place → new weight or 0 to take it out."""
    held = np.frombuffer(packed, dtype=POSTING)
    kept = held[~np.isin(held["at"], list(changes))]
    added = np.array([(at, weight) for at, weight in changes.items() if weight], dtype=POSTING)
    return np.concatenate([kept, added]).tobytes()


def idf(count: int, total: int) -> float:
    """Return how telling a word is that `count` of `total` tickets have."""
    return float(np.log1p((max(total, count) - count + 0.5) / (count + 0.5)))


@dataclass(frozen=True)
class Question:
    """What is looked for: its telling words with what each adds per unit of a ticket's weight. A ticket like itself scores 1."""

    factors: Mapping[int, float]

    def likeness(self, weights: Weights) -> float:
        """Return how like a single text is, about 0 to 1."""
        return sum(factor * weights.get(word, 0) for word, factor in self.factors.items())


def question(weights: Weights, counts: Mapping[int, int], total: int) -> Question:
    """Choose the telling words of a text. `counts` says in how many of `total` tickets a word occurs."""
    value = {word: weight * idf(counts.get(word, 0), total) for word, weight in weights.items()}
    itself = sum(value[word] * weights[word] for word in value)
    chosen: dict[int, float] = {}
    budget = POSTINGS_AT_MOST
    for word in sorted(value, key=lambda word: (-value[word], word))[:WORDS_AT_MOST]:
        if counts.get(word, 0) <= budget or not chosen:
            budget -= counts.get(word, 0)
            chosen[word] = value[word] / itself
    return Question(chosen)


Posting = tuple[int, int, bytes]  # number of word, block, posting list


def best(asked: Question, postings: Sequence[Posting], count: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the `count` tickets that score highest, best first, and their scores."""
    if not postings:
        return np.empty(0, np.int64), np.empty(0)
    found = np.frombuffer(b"".join(packed for _, _, packed in postings), dtype=POSTING)
    sizes = [len(packed) // POSTING.itemsize for _, _, packed in postings]
    first = min(block for _, block, _ in postings) << BLOCK_BITS
    starts = np.repeat(np.array([(block << BLOCK_BITS) - first for _, block, _ in postings], np.int64), sizes)
    factors = np.repeat(np.array([asked.factors[word] for word, _, _ in postings]), sizes)
    scores: NDArray[np.float64] = np.bincount(starts + found["at"], factors * found["weight"]).astype(np.float64)
    places: NDArray[np.int64] = np.flatnonzero(scores).astype(np.int64)
    if len(places) > count:
        places = places[np.argpartition(-scores[places], count - 1)[:count]]
    order = np.lexsort((-places, -scores[places]))  # of equals, the newer ticket
    return places[order] + first, scores[places[order]]


def counts_of(texts: Iterable[Weights]) -> Counter[int]:
    """Return in how many of some texts each word occurs."""
    return Counter(word for weights in texts for word in weights)
