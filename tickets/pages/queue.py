"""The queue: every ticket the reader may see, narrowed, sorted and in pages; and what is done to many at once."""

from typing import Any

from django.core.cache import cache
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from tickets.actions.tickets import BulkResult, bulk_change
from tickets.actions.views import bulk_macro
from tickets.choices import Channel
from tickets.errors import Invalid
from tickets.finding.counts import as_text, capped_count
from tickets.finding.filters import filter_tickets
from tickets.finding.paging import page_of
from tickets.finding.views import View, count_of, views_for
from tickets.models import Macro, Ticket
from tickets.pages.doors import PageRequest, done, page, staff_only
from tickets.pages.filters import chips_for, filters_for, with_value, without
from tickets.pages.properties import Choices

PAGE = 50
COUNTS_FOR = 20  # seconds a view's count is remembered
START = "status=unresolved"
COLUMNS = [
    ("id", "Ticket", "ref"),
    ("", "Title", "title"),
    ("", "Requester", "requester"),
    ("", "Status", "state"),
    ("priority", "Priority", "priority"),
    ("due_at", "Due", "due"),
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
    problem = ""
    visible = Ticket.objects.visible_to(request.user)
    try:
        found = filter_tickets(visible, dict(query.lists()), request.user)
        tickets = page_of(found.with_people(), query.get("ordering", ""), query.get("cursor", ""), PAGE)  # type: ignore[attr-defined]
        count = capped_count(found)
    except Invalid as error:
        problem = " ".join(message for messages in error.errors.values() for message in messages)
        tickets, count = page_of(visible.none()), 0
    choices, known = Choices.load(request.user), views_for(request.user)
    filters = filters_for(query, request.user, choices)
    context: dict[str, Any] = {
        "tickets": tickets.items,
        "count": as_text(count),
        "problem": problem,
        "filters": filters,
        "chips": chips_for(query, filters),
        "known_views": known,
        "view": current_view(request, known),
        "columns": columns(query),
        "ordering": query.get("ordering", "-updated_at"),
        "next_url": with_value(query, "cursor", tickets.next) if tickets.next else "",
        "previous_url": with_value(query, "cursor", tickets.previous) if tickets.previous else "",
        "choices": choices,
        "macros": Macro.objects.visible_to(request.user).filter(is_active=True),
        "question": without(query, "cursor").lstrip("?"),
    }
    return page(request, "tickets/queue.html", context, fragment="list", status=400 if problem else 200)


def rows(request: PageRequest) -> HttpResponse:
    """Answer with the rows of the tickets named, as they are now; those that left the list do not come."""
    query = request.GET.copy()
    ids = [int(part) for part in query.pop("rows")[0].split(",")[:PAGE] if part.isdecimal() and len(part) < 19]
    question = query if any(query.values()) else QueryDict(START)
    found = filter_tickets(Ticket.objects.visible_to(request.user), dict(question.lists()), request.user)
    context = {"tickets": found.filter(pk__in=ids).with_people()}  # type: ignore[attr-defined]
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
    known = []
    for view in views_for(request.user):
        key = f"view-count.{request.user.pk}.{view.key}.{hash(view.query)}"
        count = cache.get(key)
        if count is None:
            count = count_of(view, request.user)
            cache.set(key, count, COUNTS_FOR)
        known.append({"view": view, "count": count})
    return page(request, "tickets/views.html", {"known": known}, fragment="list")


@require_POST
@staff_only
def bulk(request: PageRequest) -> HttpResponse:
    """Change the selected tickets, or carry out a macro on each."""
    ids = [int(pk) for pk in request.POST.getlist("ids") if pk.isdecimal() and len(pk) < 19]
    if not ids:
        raise Invalid({"ids": ["Select at least one ticket."]})
    names = ("status", "priority", "assignee", "team")
    changes: dict[str, Any] = {name: request.POST[name] for name in names if request.POST.get(name)}
    changes = {name: None if value == "none" else value for name, value in changes.items()}
    if changes.get("status") == "resolved":
        changes["resolution"] = request.POST.get("resolution", "").strip() or "Resolved together with others."
    changes |= {
        name: request.POST[name].replace(",", " ").split()
        for name in ("add_tags", "remove_tags")
        if request.POST.get(name, "").strip()
    }
    macro = request.POST.get("macro", "")
    if macro.isdecimal():
        chosen = get_object_or_404(Macro.objects.visible_to(request.user).filter(is_active=True), pk=int(macro[:18]))
        result = bulk_macro(macro=chosen, ticket_ids=ids, by=request.user, via=Channel.WEB)
        undo = ""
    else:
        result = bulk_change(ticket_ids=ids, by=request.user, via=Channel.WEB, changes=changes)
        undo = ",".join(f"{pk}.{version}" for pk, version in result.versions.items())
    return done(
        request, back_to_queue(request), told(result), undo=f"change:{undo}" if undo else "", events=("queue-reload",)
    )


def told(result: BulkResult) -> str:
    changed, refused = len(result.changed), len(result.refused)
    words = f"{changed} ticket{'s' if changed != 1 else ''} changed"
    return f"{words}, {refused} refused: {next(iter(result.refused.values()))}" if refused else f"{words}."


def back_to_queue(request: PageRequest) -> str:
    """Return the address of the list that was looked at, if it is one of ours."""
    wish = request.POST.get("back", "")
    return wish if wish.startswith("/") and url_has_allowed_host_and_scheme(wish, None) else reverse("queue")
