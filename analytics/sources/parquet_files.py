"""Parquet files: times may be times already, everything else is read as text."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl

from analytics.sources.fields import found_in
from analytics.sources.tables import Table
from tickets.imports.records import UnreadableFile


def read_parquet(path: Path, mapping: Mapping[str, str]) -> Table:
    """Return the table of a file. Raises SourceError, UnreadableFile."""
    try:
        rows = pl.scan_parquet(path, glob=False)
        schema = rows.collect_schema()
        fields = found_in(schema.names(), mapping)
        read = rows.select(_column(pl.col(column), schema[column]).alias(name) for name, column in fields.items())
        columns = read.collect()
    except pl.exceptions.PolarsError as error:
        raise UnreadableFile(f"This Parquet file cannot be read: {str(error).splitlines()[0]}.") from None
    return Table(columns, np.arange(1, len(columns) + 1))


def _column(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.Datetime):
        return column
    return column.cast(pl.String)
