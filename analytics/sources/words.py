"""Columns of words and names as codes."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from analytics.metrics.columns import NOBODY, Names, Numbers
from tickets.imports.words import DEFAULTS, EMPTY, STATUS, VALUES

NAME_LENGTH = 100
NAMED = 5  # unknown words in a note
OURS = {"status": tuple(STATUS), "priority": ("low", "medium", "high", "critical")}


def nobody(count: int) -> Numbers:
    return np.full(count, NOBODY, np.int64)


def names(texts: pl.Series) -> Names:
    """Return the codes of names, which are compared on one line and without blanks around."""
    known = texts.unique().drop_nulls().to_list()
    cleaned = {text: " ".join(text.split())[:NAME_LENGTH] for text in known}
    order = sorted({name for name in cleaned.values() if name.lower() not in EMPTY})
    places = {name: place for place, name in enumerate(order)}
    codes = _coded(texts, {text: places.get(name, NOBODY) for text, name in cleaned.items()}, NOBODY)
    return Names(codes, dict(enumerate(order)))


def choices(field: str, texts: pl.Series, ours: Mapping[str, str]) -> tuple[Names, list[str]]:
    """Return the codes of our values for the words of a column, and a note on those that nobody knows, taken as the default."""
    values, default = OURS[field], DEFAULTS[field]
    counted = texts.value_counts(sort=True).rows()
    meanings = {word: _meaning(field, word or "", ours) for word, _ in counted}
    unknown = [(w, n) for w, n in counted if meanings[w] is None and (w or "").strip().lower() not in EMPTY]
    codes = _coded(
        texts, {word: values.index(found or default) for word, found in meanings.items()}, values.index(default)
    )
    return Names(codes, dict(enumerate(values))), [_note(field, unknown, default)] if unknown else []


def _meaning(field: str, word: str, ours: Mapping[str, str]) -> str | None:
    plain = word.strip().lower()
    said = ours.get(plain)
    return said if said in OURS[field] else plain if plain in OURS[field] else VALUES[field].get(plain)


def _note(field: str, unknown: list[tuple[str, int]], default: str) -> str:
    said = ", ".join(f"{word[:40]!r} ({count:,})" for word, count in unknown[:NAMED])
    more = f" and {len(unknown) - NAMED} more" if len(unknown) > NAMED else ""
    return f"Unknown words for {field}, taken as {default}: {said}{more}. Say what they mean: --word WORD=VALUE."


def _coded(texts: pl.Series, codes: Mapping[str | None, int] | Mapping[str, int], empty: int) -> Numbers:
    wanted = {word: code for word, code in codes.items() if word is not None}
    if not wanted:
        return np.full(len(texts), empty, np.int64)
    coded = texts.replace_strict(list(wanted), list(wanted.values()), default=empty, return_dtype=pl.Int64)
    found: Numbers = coded.fill_null(empty).to_numpy()
    return found
