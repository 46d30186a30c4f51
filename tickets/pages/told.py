"""Filters of a saved view in words: `assignee=me&team=2` becomes "Assignee: me", "Team: Network"."""

from collections.abc import Iterable

from django.db import models
from django.http import QueryDict

from tickets.choices import Channel, Level, Status
from tickets.finding.filters import is_filter
from tickets.models import Category, Organization, Team, User

SPECIAL = {"me": "me", "mine": "mine", "none": "nobody", "unresolved": "unresolved", "true": "yes", "false": "no"}
WORDS: dict[str, str] = {**dict(Status.choices), **dict(Level.choices), **dict(Channel.choices)}
RECORDS: dict[str, models.QuerySet[models.Model]] = {
    "assignee": User.objects.all(),
    "requester": User.objects.all(),
    "watcher": User.objects.all(),
    "team": Team.objects.all(),
    "category": Category.objects.all(),
    "organization": Organization.objects.all(),
}
Told = tuple[str, str]


def filters_told(queries: Iterable[str]) -> list[list[Told]]:
    """Return, for each query string, its filters as name and values; names are looked up in one query a kind of record."""
    taken = [_parts(query) for query in queries]
    names = _names([part for parts in taken for part in parts])
    return [
        [(_label(name), ", ".join(_value(name, v, names) for v in values)) for name, values in parts] for parts in taken
    ]


def _parts(query: str) -> list[tuple[str, list[str]]]:
    return [
        (name, [part for value in values for part in value.split(",") if part] if name != "q" else values)
        for name, values in QueryDict(query).lists()
        if is_filter(name) or name == "ordering"
    ]


def _names(parts: list[tuple[str, list[str]]]) -> dict[tuple[str, str], str]:
    found = {}
    for name, rows in RECORDS.items():
        wanted = {value for other, values in parts if other == name for value in values if _is_id(value)}
        for row in rows.filter(pk__in=wanted) if wanted else ():
            found[name, str(row.pk)] = str(row)
    return found


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 18


def _label(name: str) -> str:
    return "sorted by" if name == "ordering" else name.removeprefix("custom_fields.").replace("_", " ")


def _value(name: str, value: str, names: dict[tuple[str, str], str]) -> str:
    if name == "ordering":
        return value.removeprefix("-").removesuffix("_at").replace("_", " ")
    if (name, value) in names:
        return names[name, value]
    return SPECIAL.get(value) or (WORDS.get(value, value).lower() if value in WORDS else value)
