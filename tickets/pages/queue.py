"""The queue: every ticket the reader may see, narrowed, sorted and in pages."""

from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_GET

from tickets.errors import Invalid
from tickets.finding.counts import as_text, capped_count
from tickets.finding.filters import filter_tickets
from tickets.finding.lines import lines_of, rows_of
from tickets.finding.paging import Page, page_of
from tickets.finding.views import View, count_of, views_for
from tickets.models import Ticket, User
from tickets.pages.doors import PageRequest, page, staff_only
from tickets.pages.filters import chips_for, with_value, without
from tickets.pages.forms import whole_number

PAGE = 50
COUNTS_FOR = 20  # seconds a view's count is remembered
COUNT_FOR = 5  # and that of a list longer than a page, which its readers leaf through and fetch anew
START = "status=unresolved"
NOTHING: Page[Any] = Page([], None, None)
COLUMNS = [
    ("id", "Ticket", "ref"),
    ("", "Title", "title"),
    ("", "Requester", "requester"),
    ("", "Status", "state"),
    ("priority", "Priority", "priority"),
    ("due_at", "Due", "due"),
    ("risk", "Risk", "risk"),
    ("", "Assignee", "assignee"),
    ("updated_at", "Updated", "updated"),
]


@require_GET
@staff_only
def queue(request: PageRequest) -> HttpResponse:
    """List tickets by the filters of the address; without any, everything unresolved. `rows` asks for single rows anew."""
    if "rows" in request.GET:
        return rows(request)
    query = request.GET.copy()
    if not any(query.values()):
        query = QueryDict(START, mutable=True)
    problem, listed, count = "", NOTHING, 0
    try:
        found = filter_tickets(Ticket.objects.visible_to(request.user), dict(query.lists()), request.user)
        ordering = query.get("ordering", "")
        listed = page_of(rows_of(found, ordering), ordering, query.get("cursor", ""), PAGE)
        count = counted(request.user, query, found, listed)
    except Invalid as error:
        problem = error.sentence
    known = views_for(request.user)
    context: dict[str, Any] = {
        "lines": lines_of(listed.items),
        "count": as_text(count),
        "problem": problem,
        "chips": chips_for(query),
        "known_views": known,
        "view": current_view(request, known),
        "columns": columns(query),
        "ordering": query.get("ordering", "-updated_at"),
        "next_url": with_value(query, "cursor", listed.next) if listed.next else "",
        "previous_url": with_value(query, "cursor", listed.previous) if listed.previous else "",
        "question": without(query, "cursor").lstrip("?"),
    }
    return page(request, "tickets/queue.html", context, fragment="list", status=400 if problem else 200)


def counted(reader: User, query: QueryDict, found: QuerySet[Ticket], listed: Page[Any]) -> int:
    """Return how many tickets were found, capped; where one page holds them all, nobody is asked."""
    if "cursor" not in query and not listed.next:
        return len(listed.items)
    key = f"queue-count.{reader.pk}.{sha256(repr(sorted(_question(query).items())).encode()).hexdigest()}"
    count: int | None = cache.get(key)
    if count is None:
        count = capped_count(found)
        cache.set(key, count, COUNT_FOR)
    return count


def rows(request: PageRequest) -> HttpResponse:
    """Answer with the rows of the tickets named, as they are now; those that left the list do not come."""
    query = request.GET.copy()
    ids = [pk for part in query.pop("rows")[0].split(",")[:PAGE] if (pk := whole_number(part)) is not None]
    question = query if any(query.values()) else QueryDict(START)
    found = filter_tickets(Ticket.objects.visible_to(request.user), dict(question.lists()), request.user)
    context = {"lines": lines_of(list(rows_of(found.filter(pk__in=ids))))}
    return page(request, "tickets/queue.html", context, fragment="rows")


def columns(query: QueryDict) -> list[dict[str, str]]:
    """Return the heads of the table with the address that sorts by each, and how it sorts now."""
    ordering = query.get("ordering") or "-updated_at"
    heads = []
    for name, label, key in COLUMNS:
        falls = ordering == f"-{name}"
        here = name and ordering in (name, f"-{name}")
        first = name if name == "due_at" else f"-{name}"
        other = name if ordering == f"-{name}" else f"-{name}"
        heads.append(
            {
                "label": label,
                "key": key,
                "url": with_value(query, "ordering", other if here else first) if name else "",
                "sort": ("descending" if falls else "ascending") if here else "",
            }
        )
    return heads


def current_view(request: PageRequest, known: list[View]) -> View | None:
    """Return the view whose question is the one that the address asks, whatever the order of its parts."""
    asked = _question(request.GET if any(request.GET.values()) else QueryDict(START))
    return next((view for view in known if _question(QueryDict(view.query)) == asked), None)


def _question(query: QueryDict) -> dict[str, list[str]]:
    return {
        name: sorted(values)
        for name, values in query.lists()
        if any(values) and name not in ("cursor", "rows", "ordering")
    }


@require_GET
@staff_only
def counts(request: PageRequest) -> HttpResponse:
    """Answer with the views of the rail and how many tickets each holds; a count is a few seconds old at most."""
    known, key = views_for(request.user), f"view-counts.{request.user.pk}"
    kept = cache.get(key) or {}
    found = {view.query: kept.get(view.query) or count_of(view, request.user) for view in known}
    if found != kept:
        cache.set(key, found, COUNTS_FOR)
    context = {"known": [{"view": view, "count": found[view.query]} for view in known]}
    return page(request, "tickets/views.html", context, fragment="list")
