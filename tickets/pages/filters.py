"""The filter chips above a list: what is chosen, what each offers when it is opened, and the addresses that take a choice away."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_GET

from tickets.errors import NotFound
from tickets.finding.filters import is_filter
from tickets.pages.choices import Choices
from tickets.pages.doors import PageRequest, page, staff_only
from tickets.pages.told import FIXED, Names, Option, in_words, label_of, names_of, values_of

KEPT = ("cursor", "rows", "view")  # no part of the question that is asked
OFFERED = ("status", "priority", "assignee", "team", "category", "organization", "channel", "overdue", "archived")


@dataclass(frozen=True)
class Filter:
    """A chip that opens a menu; `chosen` are the values in force, `summary` says them."""

    name: str
    label: str
    chosen: Sequence[str]
    summary: str


@dataclass(frozen=True)
class Chip:
    """A filter in force that has no menu: a word searched for, a date, a field of the desk's own."""

    name: str
    value: str
    words: str
    without: str  # the query string without it


@dataclass(frozen=True)
class Chips:
    filters: list[Filter]
    others: list[Chip]


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


def chips_for(query: QueryDict, *, leaving_out: Sequence[str] = ()) -> Chips:
    """Return the chips of a list; only names of what is chosen are looked up."""
    asked = {name: values for name in query if is_filter(name) and (values := values_of(query, name))}
    names = names_of(asked.items())
    return Chips(
        [
            Filter(name, label_of(name), asked.get(name, ()), summary(name, asked.get(name, ()), names))
            for name in OFFERED
            if name not in leaving_out
        ],
        [
            Chip(name, value, f"{label_of(name)}: {in_words(name, value, names)}", without(query, name, value))
            for name in asked
            if name not in OFFERED and name not in leaving_out
            for value in query.getlist(name)
            if value
        ],
    )


def summary(name: str, values: Sequence[str], names: Names) -> str:
    told = ", ".join(in_words(name, value, names) for value in values[:2])
    return f"{told} and {len(values) - 2} more" if len(values) > 2 else told


@require_GET
@staff_only
def menu(request: PageRequest, name: str, of: str = "queue") -> HttpResponse:
    """What one filter offers: for its chip's menu, or as a page for browsers without JavaScript; the rest of the question is kept."""
    if name not in OFFERED:
        raise NotFound("There is no such filter. Choose one of those above the list.")
    context = {
        "name": name,
        "label": label_of(name),
        "options": options_of(name, Choices(request.user)),
        "chosen": values_of(request.GET, name),
        "rest": [(other, value) for other, values in request.GET.lists() for value in values if other != name],
        "list_url": reverse(of),
        "back": f"{reverse(of)}?{request.GET.urlencode()}",
    }
    return page(request, "tickets/filter.html", context, fragment="menu")


def options_of(name: str, choices: Choices) -> list[Option]:
    records: dict[str, str] = {
        "assignee": "staff",
        "team": "teams",
        "category": "categories",
        "organization": "organizations",
    }
    return [*FIXED[name], *(getattr(choices, records[name]) if name in records else ())]
