"""Texts as numbers: each word, pair of words and run of letters becomes a bucket, the same one in every process and version.

Robust by construction: any string has buckets (an empty one has none), scripts without spaces are read letter by letter, and what
stands behind the first `READ_AT_MOST` characters is not read.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
READ_AT_MOST = 10_000  # characters of a text
WORDS_AT_MOST = 1_000
LONGEST_WORD = 40  # letters; what is longer is no word, but a key or an attachment
BUCKETS_POWER = 22
LETTERS = 4  # length of the runs of letters inside a word
WORD, PAIR, RUN, FACT = range(4)  # families of features, each weighed by itself
WORDS = re.compile(r"[^\W_]+", re.UNICODE)
DIGITS = re.compile(r"\d+")
# Scripts that put no spaces between words: each character counts as a word, so that pairs of words are pairs of characters.
UNSPACED = re.compile("([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")


@dataclass(frozen=True)
class Example:
    """What is known of a ticket when it arrives. `facts` are things like `requester=12` that are no words."""

    text: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Features:
    """The buckets of one ticket, in the order of its words: `bucket`, its `family`, and the `place` of the word it comes from."""

    words: list[str]
    bucket: Ints
    family: NDArray[np.int8]
    place: NDArray[np.int32]


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared: one form for each letter, lower case, numbers as `0`."""
    head = unicodedata.normalize("NFKC", text[:READ_AT_MOST])[:READ_AT_MOST].casefold()
    found = WORDS.findall(UNSPACED.sub(r" \1 ", head))
    return [DIGITS.sub("0", word)[:LONGEST_WORD] for word in found[:WORDS_AT_MOST]]


def features_of(example: Example) -> Features:
    """Return everything that a ticket's words say, before any weighing."""
    words = words_of(example.text)
    known = [_word(word) for word in words]
    own = np.array([hashes[0] for hashes in known], dtype=np.uint64)
    pairs = (own[:-1] * np.uint64(0x9E3779B97F4A7C15) + own[1:]) if len(own) > 1 else own[:0]
    runs = [hashes[1] for hashes in known]
    facts = np.array([_hash(f"={fact}") for fact in example.facts], dtype=np.uint64)
    parts = [own, pairs, *runs, facts]
    families = np.repeat(
        np.array([WORD, PAIR, RUN, FACT], dtype=np.int8), [len(own), len(pairs), sum(map(len, runs)), len(facts)]
    )
    order = np.arange(len(words), dtype=np.int32)
    places = [order, order[: len(pairs)], np.repeat(order, [len(run) for run in runs])]
    places.append(np.arange(len(words), len(words) + len(facts), dtype=np.int32))
    bucket = (np.concatenate(parts) >> np.uint64(64 - BUCKETS_POWER)).astype(np.int64)
    return Features([*words, *example.facts], bucket, families, np.concatenate(places).astype(np.int32))


@lru_cache(maxsize=8_000)
def _word(word: str) -> tuple[int, NDArray[np.uint64]]:
    """Return the hash of a word and those of the runs of letters in it, its ends marked."""
    marked = f" {word} "
    runs = [marked[i : i + LETTERS] for i in range(len(marked) - LETTERS + 1)]
    return _hash(word), np.array([_hash(f"~{run}") for run in runs], dtype=np.uint64)


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
