"""Reading, storing or changing many rows at once, several times as fast as querysets, `bulk_create` and `bulk_update` do."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.utils.duration import duration_microseconds

AT_ONCE = 5_000  # rows
MANY = 50  # rows from which on the bulk way is the faster one
M = TypeVar("M", bound=models.Model)
Convert = Callable[[Any], Any] | None


def read(rows: "models.QuerySet[Any, tuple[Any, ...]]") -> Iterator[tuple[Any, ...]]:
    """Yield what a `values_list` query finds. On PostgreSQL the driver's own reader of times is used: Django's is slow."""
    if connection.vendor != "postgresql":
        yield from rows.iterator(chunk_size=AT_ONCE)
        return
    driver: Any = connection.Database  # type: ignore[attr-defined]  # psycopg; the stubs leave it out
    oid = driver.adapters.types["timestamptz"].oid
    with connection.cursor() as cursor:
        cursor.cursor.adapters.register_loader(oid, driver.adapters.get_loader(oid, driver.pq.Format.TEXT))
        cursor.execute(*rows.query.sql_with_params())
        while found := cursor.fetchmany(AT_ONCE):
            yield from found


def among(numbers: Iterable[int]) -> RawSQL:
    """Return what stands after `__in` for many ids: one parameter, where a list would be as many."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [_array(list(numbers))])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(numbers))])


def insert(model: type[M], rows: Sequence[M]) -> None:
    """Store new rows and give them their ids: COPY on PostgreSQL, one prepared statement on SQLite. Needs a surrounding transaction.

    Columns are stored as they are on the instances: `auto_now_add` and signals do nothing, and rows pointed at have their ids already.
    """
    if not rows:
        return
    if isinstance(model._meta.pk, models.AutoField):
        for row, pk in zip(rows, reserve_ids(model, len(rows)), strict=True):
            row.pk = pk
    _write(model, _fields(model), _values(model, rows))
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def insert_few(model: type[M], rows: Sequence[M]) -> None:
    """The same for a handful of rows, in a single statement; the database gives the ids."""
    if not rows:
        return
    fields = [field for field in _fields(model) if not field.primary_key]
    columns = [_converted([row.__dict__[field.attname] for row in rows], field) for field in fields]
    quote = connection.ops.quote_name
    places = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * len(rows))
    names = ", ".join(quote(str(field.column)) for field in fields)
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    statement = f"INSERT INTO {table} ({names}) VALUES {places} RETURNING {key}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in zip(*columns, strict=True) for value in row])
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk
            row._state.adding, row._state.db = False, connection.alias


def store(model: type[M], rows: Sequence[M]) -> None:
    """The same for any number of rows, in the way that is the faster one for so many."""
    (insert_few if len(rows) < MANY else insert)(model, rows)


def insert_columns(model: type[M], columns: Mapping[str, Sequence[Any]]) -> None:
    """Store new rows given as columns, named by their attributes; the database gives the ids. Needs a surrounding transaction."""
    fields = [_field(model, name) for name in columns]
    _write(model, fields, zip(*map(_converted, columns.values(), fields), strict=True))


def update(model: type[M], rows: Sequence[M], columns: Sequence[str]) -> None:
    """Save some columns, named by their attributes, of existing rows: one statement, on SQLite a prepared one."""
    held = [row.__dict__ for row in rows]
    update_columns(model, [row.pk for row in rows], {name: [row[name] for row in held] for name in columns})


def update_columns(model: type[M], numbers: Sequence[Any], columns: Mapping[str, Sequence[Any]]) -> None:
    """The same for rows of which only the primary keys and the new values are at hand."""
    if not numbers:
        return
    fields = [*(_field(model, name) for name in columns), model._meta.pk]
    values = list(map(_converted, [*columns.values(), numbers], fields))
    quote = connection.ops.quote_name
    table, quoted = quote(model._meta.db_table), [quote(str(field.column)) for field in fields]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lists = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
            sets = ", ".join(f"{column} = given.{column}" for column in quoted[:-1])
            given = f"unnest({lists}) AS given ({', '.join(quoted)})"
            match = f"{table}.{quoted[-1]} = given.{quoted[-1]}"
            cursor.execute(f"UPDATE {table} SET {sets} FROM {given} WHERE {match}", list(map(_array, values)))  # noqa: S608
        else:
            sets = ", ".join(f"{column} = %s" for column in quoted[:-1])
            cursor.executemany(f"UPDATE {table} SET {sets} WHERE {quoted[-1]} = %s", list(zip(*values, strict=True)))  # noqa: S608


def _array(values: Sequence[Any]) -> str:
    """Return PostgreSQL's own spelling of an array; several times as fast as leaving a list to the driver."""
    return f"{{{','.join([_element(value) for value in values])}}}"


def _element(value: Any) -> str:
    match value:
        case None:
            return "NULL"
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case datetime() | date():
            return value.isoformat()
        case timedelta():
            return f"P{value.days}DT{value.seconds}.{value.microseconds:06}S"
    return str(value)


def _converted(values: Sequence[Any], field: Any) -> Sequence[Any]:
    convert = _converter(field, connection.vendor)
    return values if convert is None else [value if value is None else convert(value) for value in values]


def _write(model: type[M], fields: Sequence[Any], rows: Iterable[Sequence[Any]]) -> None:
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    if connection.vendor == "postgresql":
        copying = f"COPY {table} ({columns}) FROM STDIN"
        with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(copying) as copy:
            for values in rows:
                copy.write_row(values)
    else:
        places = ", ".join(["%s"] * len(fields))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(rows))  # noqa: S608


def _values(model: type[M], rows: Sequence[M]) -> Iterator[list[Any]]:
    pairs = [(field.attname, _converter(field, connection.vendor)) for field in _fields(model)]
    for row in rows:
        held = row.__dict__
        yield [
            value if convert is None or value is None else convert(value)
            for value, convert in ((held[name], convert) for name, convert in pairs)
        ]


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Return ids for rows that are about to be stored. Needs a surrounding transaction."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "WITH names AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, %s)::regclass AS name) "
                "SELECT nextval(name) FROM names, generate_series(1, %s)",
                [table, column, count],
            )
            return [pk for (pk,) in cursor.fetchall()]
        # SQLite has one writer, and takes note of ids that are given
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        first = cursor.fetchone()[0] + 1
        return list(range(first, first + count))


@cache
def _fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.generated]


@cache
def _field(model: type[models.Model], name: str) -> Any:
    return next(field for field in _fields(model) if field.attname == name)


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
