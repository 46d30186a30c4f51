"""Takes back what a test has committed: only tables that it wrote to are emptied, and the rows of the migrations stand again.

Django would empty every table and then make content types and permissions anew, which takes longer than most such tests.
"""

from typing import Any

from django.db import connection, transaction

SEARCHED = ("ticket_search", "article_search")  # tables without a model


class Made:
    """The database as the migrations left it."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
            self._filled = filled(cursor, sorted(tables))
            self._empty = sorted({*tables, *SEARCHED} - set(self._filled))
            self._rows = {table: rows_of(cursor, table) for table in self._filled}

    def put_back(self, *_: Any) -> None:
        """Make the database that again. Foreign keys are looked at when all is done, so the order does not matter."""
        with transaction.atomic(), connection.cursor() as cursor:
            for table in filled(cursor, self._empty):
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
            for table in self._filled:
                if rows_of(cursor, table) != self._rows[table]:
                    write(cursor, table, self._rows[table])


def filled(cursor: Any, tables: list[str]) -> list[str]:
    """Return which of these tables have rows, asking once."""
    asked = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})" for table in tables)
    cursor.execute(" UNION ALL ".join(asked))
    return [table for (table,) in cursor.fetchall()]


def rows_of(cursor: Any, table: str) -> list[Any]:
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
    return sorted(cursor.fetchall(), key=repr)


def write(cursor: Any, table: str, rows: list[Any]) -> None:
    name, places = connection.ops.quote_name(table), ", ".join(["%s"] * len(rows[0]))
    cursor.execute(f"DELETE FROM {name}")
    cursor.executemany(f"INSERT INTO {name} VALUES ({places})", rows)
