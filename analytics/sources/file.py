"""Tickets of a file: CSV, JSON, JSON lines or Parquet, as other systems export them."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from analytics.configuration import Configuration
from analytics.metrics.columns import Facts
from analytics.metrics.periods import moment
from analytics.sources import Asked, Read, SourceError, narrowed
from analytics.sources.assembling import Reading, assemble
from analytics.sources.csv_files import read_csv
from analytics.sources.json_files import read_json, read_lines
from analytics.sources.parquet_files import read_parquet
from analytics.sources.tables import Table
from tickets.imports.files import ZIP, check_size
from tickets.imports.records import UnreadableFile

PARQUET = b"PAR1"


@dataclass(frozen=True)
class FileSource:
    path: Path
    mapping: Mapping[str, str]
    reading: Reading
    encoding: str

    def read(self, asked: Asked) -> Read:
        """Return the tickets of the file. Raises SourceError."""
        table = self._table()
        rows = len(table.lines) + table.left_aside.count
        tickets, notes = assemble(table, self.reading, asked)
        facts, cut = narrowed(Facts(tickets=tickets, now=moment(asked.now), known=frozenset()), asked)
        return Read(facts, self.path.name, rows, table.left_aside, notes, cut, tickets.created_at)

    def check(self) -> str:
        """Say how many rows there are. Raises SourceError."""
        return f"{self.path.name} can be read: {len(self._table().lines):,} rows."

    def _table(self) -> Table:
        try:
            check_size(self.path)
            with self.path.open("rb") as file:
                start = file.read(4)
            return self._read(start)
        except UnreadableFile as error:
            raise SourceError(f"{self.path}: {error}") from None
        except (OSError, EOFError, LookupError, UnicodeError, zlib.error) as error:
            raise SourceError(f"{self.path} cannot be read: {error}.") from None
        except pl.exceptions.PolarsError as error:
            raise SourceError(f"{self.path} cannot be read: {str(error).splitlines()[0]}.") from None

    def _read(self, start: bytes) -> Table:
        names = [suffix.lower() for suffix in self.path.suffixes]
        if start == PARQUET:
            return read_parquet(self.path, self.mapping)
        if start == ZIP:
            raise UnreadableFile("This is a zip archive. Hand in the table itself, as .csv or .csv.gz.")
        if ".jsonl" in names or ".ndjson" in names:
            return read_lines(self.path, self.mapping)
        if ".json" in names:
            return read_json(self.path, self.mapping)
        return read_csv(self.path, self.mapping, self.encoding)


def source(configuration: Configuration) -> FileSource:
    """Return the source of the file that is configured. Raises SourceError without one."""
    if not configuration["input"]:
        raise SourceError("Name the file: --input FILE.")
    reading = Reading(configuration["time_zone"], configuration["day_first"], configuration["words"])
    return FileSource(Path(configuration["input"]), configuration["map"], reading, configuration["encoding"])
