"""What is done to many tickets of the queue at once: offering it when something is selected, and doing it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tickets.actions.bulk import BulkResult, bulk_change, bulk_macro
from tickets.choices import Channel, Status
from tickets.errors import Invalid
from tickets.models import Macro, User
from tickets.pages.choices import Choices
from tickets.pages.doors import PageRequest, done, page, staff_only, wants_fragment, way_back
from tickets.pages.forms import whole_number
from tickets.pages.told import LEVELS

CHANGED = ("status", "priority", "assignee", "team")


@require_http_methods(["GET", "POST"])
@staff_only
def bulk(request: PageRequest) -> HttpResponse:
    """GET: the fields, for the bar of a list. POST: change the selected tickets, or ask what to change where nothing was chosen."""
    if request.method == "GET" and not wants_fragment(request):
        return redirect("queue")
    ids = [pk for pk in map(whole_number, request.POST.getlist("ids")) if pk is not None]
    if request.method == "POST" and not ids:
        raise Invalid({"ids": ["Select at least one ticket."]})
    changes, macro = asked(request), whole_number(request.POST.get("macro", ""))
    if macro is not None:
        return told(request, run_macro(macro, ids, request.user))
    if changes or (ids and wants_fragment(request)):
        result = bulk_change(ticket_ids=ids, by=request.user, via=Channel.WEB, changes=changes)
        return told(request, result, undo=",".join(f"{pk}.{version}" for pk, version in result.versions.items()))
    context = {
        "ids": ids,
        "back": request.POST.get("back", ""),
        "choices": Choices(request.user),
        "statuses": Status.choices,
        "levels": LEVELS,
    }
    return page(request, "tickets/bulk.html", context, fragment="fields")


def asked(request: PageRequest) -> dict[str, Any]:
    """Return the changes that the form asks for, as the action takes them."""
    given = {name: value for name in CHANGED if (value := request.POST.get(name))}
    changes: dict[str, Any] = {name: None if value == "none" else value for name, value in given.items()}
    if changes.get("status") == Status.RESOLVED:
        changes["resolution"] = request.POST.get("resolution", "").strip() or "Resolved together with others."
    tags = {name: request.POST.get(name, "").replace(",", " ").split() for name in ("add_tags", "remove_tags")}
    return changes | {name: words for name, words in tags.items() if words}


def run_macro(pk: int, ids: list[int], by: User) -> BulkResult:
    chosen = get_object_or_404(Macro.objects.visible_to(by).filter(is_active=True), pk=pk)
    return bulk_macro(macro=chosen, ticket_ids=ids, by=by, via=Channel.WEB)


def told(request: PageRequest, result: BulkResult, *, undo: str = "") -> HttpResponse:
    """Answer with what became of it."""
    changed, refused = len(result.changed), len(result.refused)
    words = f"{changed} ticket{'s' if changed != 1 else ''} changed"
    words += f", {refused} refused: {next(iter(result.refused.values()))}" if refused else "."
    return done(
        request,
        way_back(request, reverse("queue")),
        words,
        undo=f"change:{undo}" if undo else "",
        events=("queue-reload",),
    )
