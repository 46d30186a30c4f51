"""Rows that other systems answer with, read as those of a file are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import polars as pl

from analytics.configuration import Configuration
from analytics.metrics.columns import Facts
from analytics.metrics.periods import moment
from analytics.sources import Asked, Read, narrowed
from analytics.sources.assembling import Reading, assemble
from analytics.sources.json_files import table_of
from analytics.sources.tables import Table

NOTHING = Table(pl.DataFrame(schema={"created_at": pl.String}), np.empty(0, np.int64))


@dataclass(frozen=True)
class Reader:
    """How rows become tickets; `mapping` says field → member where they are called otherwise than usual."""

    mapping: Mapping[str, str]
    reading: Reading

    @classmethod
    def of(cls, configuration: Configuration) -> Self:
        reading = Reading(configuration["time_zone"], configuration["day_first"], configuration["words"])
        return cls(configuration["map"], reading)

    def read(self, rows: Sequence[Any], origin: str, asked: Asked) -> Read:
        """Return the tickets of rows; those that cannot be read are left aside. Raises SourceError."""
        table = table_of(enumerate(rows, start=1), self.mapping) if rows else NOTHING
        tickets, notes = assemble(table, self.reading, asked)
        facts, cut = narrowed(Facts(tickets=tickets, now=moment(asked.now), known=frozenset()), asked)
        return Read(facts, origin, len(rows), table.left_aside, notes, cut, tickets.created_at)
