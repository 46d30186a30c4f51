"""The board: unresolved tickets by status and what was resolved lately, moved by dragging or from a card's own menu."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from tickets.actions.tickets import change_ticket
from tickets.choices import OPEN_STATUSES, Channel, Status
from tickets.errors import Conflict, Invalid
from tickets.finding.counts import as_text, capped_count
from tickets.finding.filters import filter_tickets, is_filter
from tickets.finding.lines import Line, lines_of, rows_of
from tickets.lifecycle import NEXT
from tickets.models import Ticket, User
from tickets.pages.doors import PageRequest, back, page, staff_only, tell, wants_fragment
from tickets.pages.filters import chips_for
from tickets.pages.forms import whole_number
from tickets.pages.ticket import ticket_for

CAP = 30  # cards in a column
RECENTLY = timedelta(days=7)
COLUMNS = (*OPEN_STATUSES, Status.RESOLVED)
NO_FILTERS = ("status", "archived")  # the columns are the statuses


def next_columns(status: str) -> list[Status]:
    """Return the columns a card of this status may go to."""
    return [column for column in COLUMNS if column in NEXT[status]]


@dataclass(frozen=True)
class Column:
    status: Status
    lines: list[Line]
    count: str
    more: bool


@staff_only
def board(request: PageRequest) -> HttpResponse:
    """The filters are those of the queue, status aside."""
    question = asked(request.GET)
    problem = ""
    try:
        rows = filtered(request.user, question)
    except Invalid as error:
        problem, rows = error.sentence, Ticket.objects.none()
    context = {
        "columns": columns(rows),
        "chips": chips_for(question, leaving_out=(*NO_FILTERS, "q")),
        "words": question.get("q", ""),
        "question": question.urlencode(),
        "problem": problem,
        "cap": CAP,
    }
    return page(request, "tickets/board.html", context, fragment="board", status=400 if problem else 200)


def asked(query: QueryDict) -> QueryDict:
    """Return the filters of a query string that mean something on the board."""
    question = QueryDict(mutable=True)
    for name, values in query.lists():
        given = [value for value in values if value]
        if is_filter(name) and name not in NO_FILTERS and given:
            question.setlist(name, given)
    return question


def filtered(user: User, question: QueryDict) -> QuerySet[Ticket]:
    """Return the visible tickets that a board's question asks for. Raises Invalid."""
    return filter_tickets(Ticket.objects.visible_to(user), dict(question.lists()), user)


def columns(rows: QuerySet[Ticket]) -> list[Column]:
    """Return every column with its newest cards, in a constant number of queries."""
    found = {status: list(rows_of(in_column(rows, status))[: CAP + 1]) for status in COLUMNS}
    lines = lines_of([row for some in found.values() for row in some[:CAP]])
    return [
        Column(
            status, [line for line in lines if line.status == status], _count(rows, status, len(some)), len(some) > CAP
        )
        for status, some in found.items()
    ]


def in_column(rows: QuerySet[Ticket], status: Status) -> QuerySet[Ticket]:
    rows = rows.filter(status=status)
    if status == Status.RESOLVED:
        since = timezone.now() - RECENTLY
        rows = rows.filter(resolved_at__gte=since, updated_at__gte=since)  # the second is what the index knows
    return rows.order_by("-updated_at", "-pk")


def _count(rows: QuerySet[Ticket], status: Status, seen: int) -> str:
    return str(seen) if seen <= CAP else as_text(capped_count(in_column(rows, status)))


@staff_only
@require_POST
def move(request: PageRequest, pk: int) -> HttpResponse:
    """Give a ticket another status: `status`, the `version` that was on the card, and the `resolution` where it is resolved."""
    ticket = ticket_for(request.user, pk)
    wish = {name: request.POST[name] for name in ("status", "resolution") if request.POST.get(name)}
    if wish.get("status") == Status.RESOLVED and not (wish.get("resolution") or ticket.resolution):
        asked = "resolution" in request.POST
        problem = "Say how it was resolved." if asked else ""
        return _ask(request, ticket, "tickets/resolve.html", 400 if asked else 200, problem=problem)
    try:
        changed = change_ticket(
            ticket=ticket,
            by=request.user,
            via=Channel.WEB,
            changes=wish,
            base_version=whole_number(request.POST.get("version", "")),
        )
    except Conflict as conflict:
        return _ask(request, ticket, "tickets/moved_meanwhile.html", 409, conflict=conflict, wish=wish)
    return _moved(request, changed, ticket.status)


def _ask(request: PageRequest, ticket: Ticket, template: str, status: int, **more: Any) -> HttpResponse:
    """Answer with a question: into the board's dialog, or as a page."""
    context = {
        "ticket": ticket,
        "query": request.POST.get("query", ""),
        "version": request.POST.get("version", ""),
        "resolution": request.POST.get("resolution", ""),
        **more,
    }
    answer = page(request, template, context, fragment="dialog", status=status)
    if wants_fragment(request):
        answer["HX-Retarget"], answer["HX-Reswap"] = "#board-dialog", "innerHTML"
    return answer


def _moved(request: PageRequest, ticket: Ticket, old: str) -> HttpResponse:
    query = asked(QueryDict(request.POST.get("query", "")))
    told = f"{ticket.reference} is {ticket.get_status_display().lower()}."
    tell(request, told, undo=f"change:{ticket.pk}.{ticket.version}" if ticket.status != old else "")
    if not wants_fragment(request):
        return back(request, f"{reverse('board')}?{query.urlencode()}")
    rows = filtered(request.user, query)
    counts = {}
    for status in {old, ticket.status} & set(COLUMNS):
        counts[status] = as_text(capped_count(in_column(rows, Status(status))))
    lines = lines_of(list(rows_of(Ticket.objects.filter(pk=ticket.pk))))
    context = {"lines": lines, "counts": counts, "question": query.urlencode()}
    return page(request, "tickets/board.html", context, fragment="moved")
