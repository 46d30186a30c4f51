"""Filters in words: what a filter may be set to, and `assignee=me&team=2` as "Assignee: Me", "Team: Network"."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import models
from django.http import QueryDict

from tickets.choices import Channel, Level, Status
from tickets.finding.filters import is_filter
from tickets.models import Category, Organization, Team, User

Option = tuple[str, str]
Told = tuple[str, str]
Names = Mapping[tuple[str, str], str]
NONE, YES_NO = ("none", "None"), (("true", "Yes"), ("false", "No"))
LEVELS: Sequence[Option] = tuple(reversed(Level.choices))
FIXED: dict[str, Sequence[Option]] = {  # the values that are no records
    "status": (("unresolved", "Unresolved"), *Status.choices),
    **dict.fromkeys(("priority", "urgency", "impact", "risk"), LEVELS),
    "channel": Channel.choices,
    "assignee": (("me", "Me"), ("none", "Nobody")),
    "requester": (("me", "Me"),),
    "watcher": (("me", "Me"),),
    "team": (("mine", "My teams"), ("none", "No team")),
    **dict.fromkeys(("category", "organization", "rating"), (NONE,)),
    **dict.fromkeys(("overdue", "archived", "merged"), YES_NO),
}
RECORDS: dict[str, models.QuerySet[models.Model]] = {
    **dict.fromkeys(("assignee", "requester", "watcher"), User.objects.all()),
    "team": Team.objects.all(),
    "category": Category.objects.all(),
    "organization": Organization.objects.all(),
}
LABELS = {"q": "Search", "watcher": "Watched by", "ordering": "Sorted by"}


def filters_told(queries: Iterable[str]) -> list[list[Told]]:
    """Return, for each query string, its filters as name and values; names are looked up in one query a kind of record."""
    taken = [_parts(query) for query in queries]
    names = names_of(part for parts in taken for part in parts)
    return [
        [(label_of(name), ", ".join(in_words(name, value, names) for value in values)) for name, values in parts]
        for parts in taken
    ]


def _parts(query: str) -> list[tuple[str, list[str]]]:
    asked = QueryDict(query)
    return [(name, values_of(asked, name)) for name in asked if is_filter(name) or name == "ordering"]


def values_of(query: QueryDict, name: str) -> list[str]:
    """Return the values of a filter, which may be repeated or separated by commas."""
    if name == "q":
        return [words for words in query.getlist(name) if words]
    return [part for value in query.getlist(name) for part in value.split(",") if part]


def names_of(parts: Iterable[tuple[str, Sequence[str]]]) -> Names:
    """Return the names of the records that filters ask for, by filter and value."""
    wanted: dict[str, set[str]] = {}
    for name, values in parts:
        if name in RECORDS:
            wanted.setdefault(name, set()).update(value for value in values if _is_id(value))
    return {
        (name, str(row.pk)): str(row) for name, ids in wanted.items() if ids for row in RECORDS[name].filter(pk__in=ids)
    }


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 18


def label_of(name: str) -> str:
    return LABELS.get(name) or name.removeprefix("custom_fields.").replace("_", " ").capitalize()


def in_words(name: str, value: str, names: Names) -> str:
    """Return a value of a filter as people read it; what has no name stays as it is."""
    if name == "ordering":
        return value.removeprefix("-").removesuffix("_at").replace("_", " ")
    return names.get((name, value)) or dict(FIXED.get(name, ())).get(value, value)
