"""Storing or changing many rows at once, several times as fast as `bulk_create` and `bulk_update` do."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.utils.duration import duration_microseconds

M = TypeVar("M", bound=models.Model)
Convert = Callable[[Any], Any] | None


def insert(model: type[M], rows: Sequence[M]) -> None:
    """Store new rows and give them their ids: COPY on PostgreSQL, one prepared statement on SQLite. Needs a surrounding transaction.

    Columns are stored as they are on the instances: `auto_now_add` and signals do nothing, and rows pointed at have their ids already.
    """
    if not rows:
        return
    if isinstance(model._meta.pk, models.AutoField):
        _reserve_ids(model, rows)
    _write(model, rows)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def update(model: type[M], rows: Sequence[M], columns: Sequence[str]) -> None:
    """Save some columns, named by their attributes, of existing rows: one statement, on SQLite a prepared one."""
    if not rows:
        return
    names = [*columns, model._meta.pk.attname]
    fields = [field for name in names for field in _fields(model) if field.attname == name]
    values = [
        _converted([row.__dict__[name] for row in rows], field) for name, field in zip(names, fields, strict=True)
    ]
    table, quoted = (
        connection.ops.quote_name(model._meta.db_table),
        [connection.ops.quote_name(f.column) for f in fields],
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lists = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
            sets = ", ".join(f"{column} = given.{column}" for column in quoted[:-1])
            given = f"unnest({lists}) AS given ({', '.join(quoted)})"
            match = f"{table}.{quoted[-1]} = given.{quoted[-1]}"
            cursor.execute(f"UPDATE {table} SET {sets} FROM {given} WHERE {match}", values)  # noqa: S608
        else:
            sets = ", ".join(f"{column} = %s" for column in quoted[:-1])
            cursor.executemany(f"UPDATE {table} SET {sets} WHERE {quoted[-1]} = %s", list(zip(*values, strict=True)))  # noqa: S608


def _converted(values: list[Any], field: Any) -> list[Any]:
    convert = _converter(field, connection.vendor)
    return values if convert is None else [value if value is None else convert(value) for value in values]


def _write(model: type[M], rows: Sequence[M]) -> None:
    table, fields = connection.ops.quote_name(model._meta.db_table), _fields(model)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    if connection.vendor == "postgresql":
        copying = f"COPY {table} ({columns}) FROM STDIN"
        with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(copying) as copy:
            for values in _values(model, rows):
                copy.write_row(values)
    else:
        places = ", ".join(["%s"] * len(fields))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(_values(model, rows)))  # noqa: S608


def _values(model: type[M], rows: Sequence[M]) -> Iterator[list[Any]]:
    pairs = [(field.attname, _converter(field, connection.vendor)) for field in _fields(model)]
    for row in rows:
        held = row.__dict__
        yield [
            value if convert is None or value is None else convert(value)
            for value, convert in ((held[name], convert) for name, convert in pairs)
        ]


def _reserve_ids(model: type[M], rows: Sequence[M]) -> None:
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, len(rows)]
            )
            ids = [pk for (pk,) in cursor.fetchall()]
        else:  # SQLite has one writer, and takes note of ids that are given
            cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
            first = cursor.fetchone()[0] + 1
            ids = list(range(first, first + len(rows)))
    for row, pk in zip(rows, ids, strict=True):
        row.pk = pk


@cache
def _fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.generated]


@cache
def _converter(field: Any, vendor: str) -> Convert:
    """Return what makes a column's value fit for the driver, None where it already is."""
    if isinstance(field, models.JSONField):
        return DjangoJSONEncoder(ensure_ascii=False).encode
    if field.choices:
        return str  # a member of TextChoices is written as its value
    if vendor == "sqlite" and isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if vendor == "sqlite" and isinstance(field, models.DateField):
        return connection.ops.adapt_datefield_value
    if vendor == "sqlite" and isinstance(field, models.DurationField):
        return duration_microseconds
    return None
