"""A file as a table of texts under our names, with nothing in it but the columns that are analysed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.sources import Left, LeftAside


@dataclass(frozen=True)
class Table:
    """`columns` has our names; `lines` says where each row begins; `left_aside` are rows that are not in it."""

    columns: pl.DataFrame
    lines: NDArray[np.int64]
    left_aside: LeftAside = field(default_factory=LeftAside)


@dataclass
class Rows:
    """Rows that are put together one by one: of JSON, and of CSV files with something wrong in them."""

    fields: dict[str, str]  # field → column
    texts: dict[str, list[str | None]] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    left_aside: LeftAside = field(default_factory=LeftAside)

    def __post_init__(self) -> None:
        self.texts = {name: [] for name in self.fields}

    def add(self, line: int, texts: Iterable[str | None]) -> None:
        """Add a row: a text per field, in their order."""
        self.lines.append(line)
        for column, text in zip(self.texts.values(), texts, strict=True):
            column.append(text)

    def leave(self, line: int, reason: str) -> None:
        self.left_aside.add([Left(line, reason)])

    def table(self) -> Table:
        columns = pl.DataFrame(self.texts, schema=dict.fromkeys(self.fields, pl.String))
        return Table(columns, np.array(self.lines, np.int64), self.left_aside)


def text_of(value: Any) -> str | None:
    """Return a value of JSON as text: of an object its name, of a list its first."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = next(
            (value[key] for key in ("name", "display_name", "displayName", "value", "email") if value.get(key)), None
        )
    return None if value is None else value if isinstance(value, str) else str(value)
