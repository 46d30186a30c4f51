"""Sentence vectors by all-MiniLM-L6-v2 in NumPy alone: the weights are mapped from their file, never copied as a whole.

Optional: `manage.py fetch_sentence_model` brings the weights. Vectors are kept as 384 signed bytes, and for the first look as 384
bits whose differences are counted. Reimers, Gurevych: "Sentence-BERT" (2019); Wang et al.: "MiniLM" (2020).
"""

import json
import math
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SIZE = 384
HEADS = 12
LAYERS = 6
TOKENS_AT_MOST = 128
TEXT_LENGTH = 2_000  # characters that are looked at
WEIGHTS, VOCABULARY = "model.safetensors", "vocab.txt"
VOCABULARY_SIZE = 30_522
LONGEST_WORD = 100


class WrongWeights(Exception):
    """The files are not the weights this code can run."""


def split_words(text: str) -> list[str]:
    """Return words and single punctuation marks as BERT's uncased tokenizer splits them, accents taken off."""
    spread: list[str] = []
    for char in unicodedata.normalize("NFD", text.lower()):
        kind = unicodedata.category(char)
        if kind == "Mn" or (kind.startswith("C") and char not in "\t\n\r") or char == "\ufffd":
            continue
        alone = kind.startswith("P") or (char.isascii() and not char.isalnum() and not char.isspace()) or is_han(char)
        spread.append(f" {char} " if alone else char)
    return "".join(spread).split()


def is_han(char: str) -> bool:
    code = ord(char)
    return (
        0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0x20000 <= code <= 0x2CEAF or 0xF900 <= code <= 0xFAFF
    )


class Pieces:
    """A text as numbers of the vocabulary: the longest known beginnings of words, greedily."""

    def __init__(self, path: Path) -> None:
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) != VOCABULARY_SIZE:
            raise WrongWeights(f"{path.name} has {len(lines)} entries, not {VOCABULARY_SIZE}.")
        self.number = {piece: n for n, piece in enumerate(lines)}
        self.unknown, self.start, self.end = (self.number[name] for name in ("[UNK]", "[CLS]", "[SEP]"))

    def of(self, text: str) -> list[int]:
        found = [self.start]
        for word in split_words(text[:TEXT_LENGTH]):
            found += self._of_word(word)
            if len(found) >= TOKENS_AT_MOST - 1:
                break
        return [*found[: TOKENS_AT_MOST - 1], self.end]

    def _of_word(self, word: str) -> list[int]:
        found: list[int] = []
        at = 0
        while at < len(word) <= LONGEST_WORD:
            mark = "##" if at else ""
            ends = (end for end in range(len(word), at, -1) if mark + word[at:end] in self.number)
            end = next(ends, None)
            if end is None:
                return [self.unknown]
            found.append(self.number[mark + word[at:end]])
            at = end
        return found or [self.unknown]


def read_weights(path: Path) -> dict[str, Floats]:
    """Map the arrays of a safetensors file. Raises WrongWeights."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            about: dict[str, Any] = json.loads(file.read(length)) if length < 1_000_000 else {}
        raw = np.memmap(path, dtype=np.uint8, mode="r", offset=8 + length)
        arrays = {}
        for name, entry in about.items():
            if name != "__metadata__" and entry["dtype"] == "F32":
                begin, end = entry["data_offsets"]
                arrays[name.removeprefix("bert.")] = raw[begin:end].view(np.float32).reshape(entry["shape"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WrongWeights(f"{path.name} cannot be read: {error}") from error
    if arrays.get("embeddings.word_embeddings.weight", np.empty(0)).shape != (VOCABULARY_SIZE, SIZE):
        raise WrongWeights(f"{path.name} is not all-MiniLM-L6-v2.")
    return arrays


class SentenceModel:
    """Turns texts into vectors of length 1. Raises WrongWeights for a folder without the right files."""

    def __init__(self, folder: Path) -> None:
        self.weights = read_weights(folder / WEIGHTS)
        try:
            self.pieces = Pieces(folder / VOCABULARY)
        except OSError as error:
            raise WrongWeights(f"{VOCABULARY} cannot be read: {error}") from error

    def vector(self, text: str) -> Floats:
        """Return the vector of one text, shape (384,)."""
        tokens = self.pieces.of(text)
        name = "embeddings.{}_embeddings.weight"
        at = self.weights[name.format("word")][tokens] + self.weights[name.format("position")][: len(tokens)]
        hidden = self._norm(at + self.weights[name.format("token_type")][0], "embeddings.LayerNorm")
        for layer in range(LAYERS):
            hidden = self._layer(hidden, f"encoder.layer.{layer}.")
        mean: Floats = hidden.mean(axis=0)
        return mean / np.float32(max(float(np.linalg.norm(mean)), 1e-12))

    def _layer(self, hidden: Floats, layer: str) -> Floats:
        wide = SIZE // HEADS
        query, key, value = (
            self._dense(hidden, f"{layer}attention.self.{part}").reshape(-1, HEADS, wide).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        heed = query @ key.transpose(0, 2, 1) / np.float32(math.sqrt(wide))
        heed = np.exp(heed - heed.max(axis=-1, keepdims=True))
        heed /= heed.sum(axis=-1, keepdims=True)
        seen = (heed @ value).transpose(1, 0, 2).reshape(-1, SIZE)
        hidden = self._norm(
            hidden + self._dense(seen, f"{layer}attention.output.dense"), f"{layer}attention.output.LayerNorm"
        )
        inner = gelu(self._dense(hidden, f"{layer}intermediate.dense"))
        return self._norm(hidden + self._dense(inner, f"{layer}output.dense"), f"{layer}output.LayerNorm")

    def _dense(self, given: Floats, name: str) -> Floats:
        product: Floats = given @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]
        return product

    def _norm(self, given: Floats, name: str) -> Floats:
        given = given - given.mean(axis=-1, keepdims=True)
        spread = np.sqrt((given * given).mean(axis=-1, keepdims=True) + np.float32(1e-12))
        normed: Floats = given / spread * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]
        return normed


def gelu(x: Floats) -> Floats:
    """Return x·Φ(x), with the error function to 2e-7 (Abramowitz and Stegun 7.1.26)."""
    size = np.abs(x) * np.float32(math.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * size)
    terms = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
    sum_ = np.zeros_like(t)
    for term in terms:
        sum_ = (sum_ + np.float32(term)) * t
    erf = np.sign(x) * (1 - sum_ * np.exp(-size * size))
    half: Floats = np.float32(0.5) * x * (1 + erf)
    return half


def to_bytes(vector: Floats) -> bytes:
    """Return a vector of length 1 as 384 signed bytes."""
    peak = float(np.abs(vector).max()) or 1.0
    return np.round(vector * (127 / peak)).astype(np.int8).tobytes()


def cosines(vector: Floats, kept: list[bytes]) -> NDArray[np.float64]:
    """Return the cosine of a vector with each of the kept ones."""
    if not kept:
        return np.empty(0)
    rows = np.frombuffer(b"".join(kept), np.int8).reshape(-1, SIZE).astype(np.float32)
    return np.asarray(rows @ vector / np.maximum(np.linalg.norm(rows, axis=1), 1e-9), np.float64)


def sketch(vector: Floats) -> bytes:
    """Return the signs of a vector, 48 bytes."""
    return np.packbits(vector > 0).tobytes()


def nearest(asked: bytes, sketches: NDArray[np.uint64], count: int) -> NDArray[np.int64]:
    """Return the rows of `sketches` (n, 6) that differ from `asked` in the fewest bits, nearest first."""
    apart = np.bitwise_count(sketches ^ np.frombuffer(asked, np.uint64)).sum(axis=1, dtype=np.int64)
    some = np.argpartition(apart, count - 1)[:count] if len(apart) > count else np.arange(len(apart))
    return some[np.argsort(apart[some], kind="stable")]


@lru_cache(maxsize=1)
def loaded(folder: Path, changed: float) -> SentenceModel:
    """Return the model in a folder, read once until its files change."""
    return SentenceModel(folder)


def model_in(folder: Path) -> SentenceModel | None:
    """Return the model where its files were fetched, or None. Raises WrongWeights where they are damaged."""
    try:
        changed = (folder / WEIGHTS).stat().st_mtime
    except OSError:
        return None
    return loaded(folder, changed)
