"""Keeps the migrated database beside the test databases on PostgreSQL, as a template that the next process copies."""

import contextlib

from django.db import DatabaseError, connection

NAMED_FOR = connection.settings_dict["NAME"]  # before the tests turn it into their own


def use_template(mark: str) -> None:
    """Let the test database be made as a copy, when a template of these very migrations stands there."""
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [named(mark)])
        if cursor.fetchone():
            connection.settings_dict["TEST"]["TEMPLATE"] = named(mark)


def keep_template(mark: str) -> None:
    """Keep the test database as it is now, and drop what was kept of other migrations. Another process may be faster."""
    if connection.settings_dict["TEST"].get("TEMPLATE"):
        return
    source = connection.settings_dict["NAME"]
    connection.close()
    connection.close_pool()  # what somebody is connected to cannot be copied
    quoted = connection.ops.quote_name
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [named("%")])
        with contextlib.suppress(DatabaseError):
            for (old,) in cursor.fetchall():
                if old != named(mark):
                    cursor.execute(f"DROP DATABASE {quoted(old)}")
            cursor.execute(f"CREATE DATABASE {quoted(named(mark))} TEMPLATE {quoted(source)}")


def named(mark: str) -> str:
    return f"{NAMED_FOR}_made_{mark}"
