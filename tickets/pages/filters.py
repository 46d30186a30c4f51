"""The filter chips above the queue: what each offers, what is chosen, and the addresses that take a choice away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from tickets.choices import Channel, Level, Status
from tickets.finding.filters import is_filter
from tickets.models import Organization, Team, User
from tickets.pages.properties import Choices

Option = tuple[str, str]
ORGANIZATIONS_OFFERED = 300
KEPT = ("cursor", "rows", "view")  # no part of the question that is asked


@dataclass
class Filter:
    """A chip with its options; `chosen` are the values in force."""

    name: str
    label: str
    options: Sequence[Option]
    chosen: Sequence[str]

    @property
    def summary(self) -> str:
        names = [label for value, label in self.options if value in self.chosen]
        return ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")


@dataclass
class Chip:
    """A filter in force that has no list of options: a word searched for, a date, a field of the desk's own."""

    name: str
    value: str
    words: str
    without: str  # the query string without it


def without(query: QueryDict, name: str, value: str | None = None) -> str:
    """Return the query string without a filter, or without one of its values, from its first page."""
    rest = query.copy()
    left = [v for v in rest.getlist(name) if value is not None and v != value]
    for gone in (name, *KEPT):
        rest.pop(gone, None)
    if left:
        rest.setlist(name, left)
    return "?" + rest.urlencode()


def with_value(query: QueryDict, name: str, value: str) -> str:
    """Return the query string with one value set, from its first page."""
    rest = query.copy()
    for gone in KEPT:
        rest.pop(gone, None)
    rest[name] = value
    return "?" + rest.urlencode()


def chosen(query: QueryDict, name: str) -> list[str]:
    return [part for value in query.getlist(name) for part in value.split(",") if part]


def rows_as_options(rows: Iterable[User | Team | Organization]) -> list[Option]:
    return [(str(row.pk), str(row)) for row in rows]


def filters_for(query: QueryDict, user: User, choices: Choices) -> list[Filter]:
    """Return the chips of the queue."""
    organizations = Organization.objects.visible_to(user).filter(is_active=True)[:ORGANIZATIONS_OFFERED]
    offered: list[tuple[str, str, list[Option]]] = [
        ("status", "Status", [("unresolved", "Unresolved"), *Status.choices]),
        ("priority", "Priority", list(reversed(Level.choices))),
        ("assignee", "Assignee", [("me", "Me"), ("none", "Nobody"), *rows_as_options(choices.staff)]),
        ("team", "Team", [("mine", "My teams"), ("none", "No team"), *rows_as_options(choices.teams)]),
        ("category", "Category", [("none", "None"), *((str(c.pk), c.path) for c in choices.categories)]),
        ("organization", "Organization", [("none", "None"), *rows_as_options(organizations)]),
        ("channel", "Channel", list(Channel.choices)),
        ("overdue", "Overdue", [("true", "Overdue")]),
        ("archived", "Archived", [("true", "Archived")]),
    ]
    return [Filter(name, label, options, chosen(query, name)) for name, label, options in offered]


WORDS = {"q": "Search", "tag": "Tag", "watcher": "Watched by", "requester": "Requester", "linked_to": "Linked to"}


def chips_for(query: QueryDict, filters: Iterable[Filter]) -> list[Chip]:
    """Return the filters in force that no list of options shows."""
    listed = {one.name for one in filters}
    found = []
    for name in query:
        if is_filter(name) and name not in listed:
            for value in query.getlist(name):
                if value:
                    label = WORDS.get(name, name.removeprefix("custom_fields.").replace("_", " ").capitalize())
                    found.append(Chip(name, value, f"{label}: {value}", without(query, name, value)))
    return found
