"""A query's result as columns, without an object per row.

PostgreSQL gathers each column into one array and sends it in binary: a header, then each element with its length before it. Because
every element has 8 bytes and none is empty, NumPy reads the array at once (`array_send` in src/backend/utils/adt/arrayfuncs.c).
Times there are microseconds since 2000, and `-infinity` is the smallest number of 64 bits, which is NumPy's NaT.
"""

from typing import Any

import numpy as np
from django.db import connection
from django.db.models import BigIntegerField, DateTimeField, F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce
from numpy.typing import NDArray
from psycopg import Cursor

from analytics.metrics.columns import NOBODY, Numbers
from sla.calendars import Times

HEADER = 20  # dimensions, flags, type of the elements; of the one dimension, its length and first index
ELEMENT = np.dtype([("length", ">i4"), ("value", ">i8")])
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


def fetch(rows: QuerySet[Any], *expressions: Combinable, others: QuerySet[Any] | None = None) -> list[NDArray[Any]]:
    """Return the columns of a query, in no order: int64 for numbers, `datetime64[us]` for moments.

    `others` are rows of a second query, none of them in the first; both are read as of the same moment, each by its own index.
    """
    named = {f"column_{place}": expression for place, expression in enumerate(expressions)}
    queries = [query.order_by().annotate(**named).values_list(*named) for query in (rows, others) if query is not None]
    times = [isinstance(expression, Moment) for expression in expressions]
    sql, params = queries[0].union(*queries[1:], all=True).query.sql_with_params()
    if connection.vendor == "postgresql":
        return _gathered(sql, params, times)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(times)
    return [
        _read(column) if is_time else np.array(column, np.int64) for column, is_time in zip(found, times, strict=True)
    ]


def _read(column: tuple[str, ...]) -> Times:
    return np.array(column, "datetime64[us]")


def _gathered(sql: str, params: Any, times: list[bool]) -> list[NDArray[Any]]:
    """Let PostgreSQL gather each column into an array, and read that as it comes over the wire."""
    names = ", ".join(f"array_agg(column_{place})" for place in range(len(times)))
    with connection.cursor() as cursor:
        text = cursor.mogrify(f"SELECT {names} FROM ({sql}) AS found", params)  # noqa: S608 - Django's own query
        raw = Cursor(connection.connection)
        with connection.wrap_database_errors, raw:
            result = raw.execute(text, binary=True).pgresult
            arrays = [result.get_value(0, place) for place in range(len(times))] if result else []
    return [_moments(array) if is_time else _numbers(array) for array, is_time in zip(arrays, times, strict=True)]


def _numbers(array: bytes | None) -> Numbers:
    """Return the elements of an array of 8 bytes each; of no rows there is no array."""
    if array is None:
        return np.empty(0, np.int64)
    return np.frombuffer(array, ELEMENT, offset=HEADER)["value"].astype(np.int64)


def _moments(array: bytes | None) -> Times:
    since: Times = PG_EPOCH + _numbers(array).view("timedelta64[us]")
    return since
