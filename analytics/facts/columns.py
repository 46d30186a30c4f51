"""A query's result as columns, without an object per row.

On PostgreSQL a binary COPY of columns of 8 bytes each, none of them empty, so that every row is as long and NumPy reads the whole answer
at once. The format: https://www.postgresql.org/docs/current/sql-copy.html ("Binary Format"). Times there are microseconds since 2000,
and `-infinity` is the smallest number of 64 bits, which is NumPy's NaT.
"""

from typing import Any

import numpy as np
from django.db import connection
from django.db.models import BigIntegerField, DateTimeField, F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce
from numpy.typing import NDArray

from analytics.metrics.columns import NOBODY, Numbers
from sla.calendars import Times

HEADER = 19  # signature, flags, and the length of no extension
TRAILER = 2
PG_EPOCH = np.datetime64("2000-01-01", "us")


def number(expression: str | Combinable) -> Combinable:
    """A whole number, `NOBODY` where it is empty."""
    inner = F(expression) if isinstance(expression, str) else expression
    return Coalesce(Cast(inner, BigIntegerField()), Value(NOBODY, BigIntegerField()), output_field=BigIntegerField())


class Moment(Coalesce):
    """A moment, NaT where it is empty."""

    def __init__(self, expression: str | Combinable) -> None:
        super().__init__(expression, expression, output_field=DateTimeField())

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> Any:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"COALESCE({inner}, '-infinity')", params

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> Any:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"COALESCE(CAST({inner} AS TEXT), 'NaT')", params

    def get_db_converters(self, connection: Any) -> list[Any]:
        return []


def fetch(rows: QuerySet[Any], *expressions: Combinable) -> list[NDArray[Any]]:
    """Return the columns of a query: int64 for numbers, `datetime64[us]` for moments."""
    named = {f"column_{place}": expression for place, expression in enumerate(expressions)}
    query = rows.order_by(*rows.query.order_by).annotate(**named).values_list(*named).query
    times = [isinstance(expression, Moment) for expression in expressions]
    sql, params = query.sql_with_params()
    if connection.vendor == "postgresql":
        return _copied(sql, params, times)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(times)
    return [
        _times(column) if is_time else np.array(column, np.int64) for column, is_time in zip(found, times, strict=True)
    ]


def _times(column: tuple[str, ...]) -> Times:
    return np.array(column, "datetime64[us]")


def _copied(sql: str, params: Any, times: list[bool]) -> list[NDArray[Any]]:
    with connection.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT BINARY)", params) as copy:
        data = b"".join(copy)
    places = range(len(times))
    layout = np.dtype(
        [
            ("fields", ">i2"),
            *((name, ">i4" if name[0] == "l" else ">i8") for p in places for name in (f"l{p}", f"v{p}")),
        ]
    )
    rows = np.frombuffer(data, layout, offset=HEADER, count=(len(data) - HEADER - TRAILER) // layout.itemsize)
    columns: list[Numbers] = [rows[f"v{place}"].astype(np.int64) for place in places]
    return [
        PG_EPOCH + column.view("timedelta64[us]") if is_time else column
        for column, is_time in zip(columns, times, strict=True)
    ]
