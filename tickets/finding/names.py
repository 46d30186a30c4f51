"""The names of what tickets refer to, all in one query.

Joining five tables to a list costs the database more in planning than the list itself costs, and five queries cost the ORM more.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from tickets.models import Category, Organization, Tag, Team, Ticket, User

COLUMNS = {
    "requester_id": "person",
    "assignee_id": "person",
    "organization_id": "organization",
    "team_id": "team",
    "category_id": "category",
}
NAMED = {
    "person": f"id, COALESCE(NULLIF(name, ''), username) FROM {User._meta.db_table} WHERE id",
    "organization": f"id, name FROM {Organization._meta.db_table} WHERE id",
    "team": f"id, name FROM {Team._meta.db_table} WHERE id",
    "category": f"id, path FROM {Category._meta.db_table} WHERE id",
    "tag": f"ticket_id, name FROM {Tag._meta.db_table} JOIN {Ticket.tags.through._meta.db_table} carried"
    f" ON carried.tag_id = {Tag._meta.db_table}.id WHERE ticket_id",
}


class Names:
    """What the people, organizations, teams and categories of some tickets are called, and which tags each ticket carries."""

    def __init__(self, found: Iterable[tuple[str, int, str]]) -> None:
        self.tags: dict[int, list[str]] = {}
        self._names: dict[tuple[str, int], str] = {}
        for kind, pk, name in found:
            if kind == "tag":
                self.tags.setdefault(pk, []).append(name)
            else:
                self._names[kind, pk] = name
        for tags in self.tags.values():
            tags.sort()

    def of(self, column: str, pk: int) -> str:
        """Return the name behind a ticket's `column`, such as `team_id`."""
        return self._names[COLUMNS[column], pk]


def names_for(rows: Sequence[Any]) -> Names:
    """Return the names for rows that have `pk` and some of `COLUMNS`."""
    if not rows:
        return Names(())
    wanted: dict[str, set[int]] = {"tag": {row.pk for row in rows}}
    for column, kind in COLUMNS.items():
        wanted.setdefault(kind, set()).update(pk for row in rows if (pk := getattr(row, column, None)) is not None)
    parts = [f"SELECT '{kind}', {NAMED[kind]} IN ({_numbers(ids)})" for kind, ids in wanted.items() if ids]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return Names(cursor.fetchall())


def _numbers(ids: Iterable[int]) -> str:
    return ",".join(str(int(pk)) for pk in ids)
