"""From a table of texts to tickets: several rows of one ticket are one, and what cannot be read is left aside."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from analytics.metrics.columns import Flags, Names, Numbers, Tickets
from analytics.metrics.periods import moment
from analytics.sources import Asked, Left
from analytics.sources.fields import MOMENTS
from analytics.sources.moments import moments
from analytics.sources.tables import Table
from analytics.sources.words import choices, names, nobody
from sla.calendars import Times
from tickets.imports.words import EMPTY

DAY = timedelta(days=1)  # by which clocks may differ
WHOLE = (
    "external_id",
    "category",
    "subcategory",
)  # read as they stand; of the others each different text is looked at once
CLOSED = ("resolved", "closed")


@dataclass(frozen=True)
class Reading:
    """How texts are read: times without a zone, days and months, words of ours."""

    zone: str
    day_first: bool
    words: Mapping[str, str]


def assemble(table: Table, reading: Reading, asked: Asked) -> tuple[Tickets, tuple[str, ...]]:
    """Return the tickets of a table and notes on what was taken for something else; the table's rows left aside grow."""
    columns = table.columns.with_columns(_emptied(name) for name in WHOLE if name in table.columns)
    times, wrong = _times(columns, reading, asked)
    for place in np.flatnonzero(np.isnat(times["created_at"])).tolist():
        wrong.setdefault(place, "created_at: it is empty.")
    places = sorted(wrong)
    table.left_aside.add(Left(int(table.lines[place]), wrong[place]) for place in places)
    keep = np.ones(len(columns), bool)
    keep[places] = False
    rows = _newest(columns, times, keep)
    return _tickets(columns[rows], {name: column[rows] for name, column in times.items()}, reading)


def _emptied(name: str) -> pl.Expr:
    text = pl.col(name).str.strip_chars()
    return pl.when(~text.str.to_lowercase().is_in(list(EMPTY))).then(text).alias(name)


def _times(columns: pl.DataFrame, reading: Reading, asked: Asked) -> tuple[dict[str, Times], dict[int, str]]:
    times: dict[str, Times] = {}
    wrong: dict[int, str] = {}
    latest = moment(asked.now + DAY)
    for name in MOMENTS:
        if name not in columns:
            times[name] = np.full(len(columns), np.datetime64("NaT"), "datetime64[us]")
            continue
        times[name], bad = moments(columns[name], reading.zone, reading.day_first)
        for place in np.flatnonzero(times[name] > latest).tolist():
            bad[place] = f"{str(columns[name][place])[:40]!r} lies in the future."
        for place, reason in bad.items():
            wrong.setdefault(place, f"{name}: {reason}")
    return times, wrong


def _newest(columns: pl.DataFrame, times: Mapping[str, Times], keep: Flags) -> Numbers:
    """Return the rows that count: of several with one id that which was changed last, or else stands last."""
    rows = np.flatnonzero(keep)
    if "external_id" not in columns or (ids := columns["external_id"].gather(rows)).n_unique() == len(rows):
        return rows
    changed = np.nan_to_num(times["updated_at"].astype("int64")[rows], nan=0)
    found = pl.DataFrame({"id": ids, "row": rows, "changed": changed})
    named = found.filter(pl.col("id").is_not_null()).sort("changed", "row").unique("id", keep="last")
    kept: Numbers = pl.concat([named, found.filter(pl.col("id").is_null())])["row"].sort().to_numpy().astype(np.int64)
    return kept


def _tickets(columns: pl.DataFrame, times: Mapping[str, Times], reading: Reading) -> tuple[Tickets, tuple[str, ...]]:
    words = {word.strip().lower(): value for word, value in reading.words.items()}
    notes: list[str] = []
    ended = _first_known(times["resolved_at"], times["closed_at"])
    status = _status(columns, ended, words, notes)
    closed = np.isin(status.codes, [code for code, name in status.names.items() if name in CLOSED])
    resolved = np.where(closed, _first_known(ended, times["updated_at"]), np.datetime64("NaT"))
    undated = int((closed & np.isnat(resolved)).sum())
    if undated:
        notes.append(f"{undated:,} tickets are resolved, but nothing says when: they count as not yet resolved.")
    count = len(columns)
    nobodies = Names(nobody(count))
    tickets = Tickets(
        ids=np.zeros(count, np.int64),
        created_at=times["created_at"],
        first_responded_at=times["first_responded_at"],
        resolved_at=resolved.astype("datetime64[us]"),
        status=status,
        priority=_priority(columns, words, notes) if "priority" in columns else nobodies,
        category=names(_category(columns)) if "category" in columns else nobodies,
        rating=np.where((rating := _numbers(columns, "rating", 0)) <= 5, np.maximum(rating, 0), 0),
        reopen_count=_numbers(columns, "reopen_count", -1),
        reply_count=_numbers(columns, "reply_count", -1),
        **{name: names(columns[field]) if field in columns else nobodies for name, field in _named()},
    )
    return tickets, tuple(notes)


def _named() -> Iterator[tuple[str, str]]:
    yield from (("team", "team"), ("technician", "assignee"), ("organization", "organization"), ("channel", "channel"))


def _first_known(one: Times, other: Times) -> Times:
    return np.where(np.isnat(one), other, one)


def _status(columns: pl.DataFrame, ended: Times, words: Mapping[str, str], notes: list[str]) -> Names:
    if "status" in columns:
        found, said = choices("status", columns["status"], words)
        notes += said
        return found
    plain = pl.Series("status", np.where(np.isnat(ended), "open", "resolved"))
    return choices("status", plain, {})[0]


def _priority(columns: pl.DataFrame, words: Mapping[str, str], notes: list[str]) -> Names:
    found, said = choices("priority", columns["priority"], words)
    notes += said
    return found


def _category(columns: pl.DataFrame) -> pl.Series:
    """Return categories as paths."""
    if "subcategory" not in columns:
        return columns["category"]
    return columns.select(pl.concat_str("category", "subcategory", separator=" / ", ignore_nulls=True)).to_series()


def _numbers(columns: pl.DataFrame, name: str, empty: int) -> Numbers:
    if name not in columns:
        return np.full(len(columns), empty, np.int64)
    found: Any = columns[name].cast(pl.Float64, strict=False).fill_null(empty).fill_nan(empty)
    numbers: Numbers = found.to_numpy().astype(np.int64)
    return numbers
