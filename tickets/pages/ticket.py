"""The ticket page: conversation, composer and properties."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, Sum
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from tickets.errors import NotFound
from tickets.models import Attachment, Macro, Ticket, TicketLink, User
from tickets.pages.choices import Choices
from tickets.pages.composer import Composer
from tickets.pages.doors import PageRequest, page, signed_in
from tickets.pages.properties import groups_of
from tickets.pages.timeline import since, timeline
from tickets.permissions import can


def ticket_for(user: User, pk: int) -> Ticket:
    """Return a ticket with what its page shows. Raises NotFound."""
    rows = (
        Ticket.objects.visible_to(user)
        .with_people()
        .select_related("organization", "requester__organization", "assignee", "team", "category", "merged_into")
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such ticket, or it is not yours to see.")
    return found


@require_GET
@signed_in
def ticket(request: PageRequest, pk: int) -> HttpResponse:
    """Show a ticket; with `after` only what changed since that version, with `whole` the timeline from its beginning.

    A requester who follows such an address gets the ticket's page in the portal.
    """
    if not request.user.is_support_staff:
        return redirect("portal_ticket", pk)
    found = ticket_for(request.user, pk)
    after = request.GET.get("after", "")
    if request.htmx and after.isdecimal():
        context = {"ticket": found, "entries": since(found, request.user, int(after[:9])), **aside(found, request.user)}
        return page(request, "tickets/ticket.html", context, fragment="changes")
    composer = Composer.fresh(found, request.user, macro=request.GET.get("macro", ""))
    if request.htmx and composer.macro:
        return page(request, "tickets/ticket.html", {"ticket": found, "composer": composer}, fragment="composer")
    return show(request, found, composer)


def show(request: PageRequest, found: Ticket, composer: Composer, *, status: int = 200, **marks: Any) -> HttpResponse:
    """Render the whole page, with a composer as it was sent where something was wrong with it."""
    past = timeline(found, request.user, whole=request.GET.get("whole") == "1")
    macros = Macro.objects.visible_to(request.user).filter(is_active=True)
    context = {"ticket": found, "timeline": past, "entries": past.entries, "composer": composer, "macros": macros}
    return page(request, "tickets/ticket.html", context | aside(found, request.user, **marks), status=status)


def aside(found: Ticket, user: User, *, marked: Any = None) -> dict[str, Any]:
    """Return what stands beside the conversation and above it."""
    watchers = list(found.watchers.all())
    spent = found.time_entries.aggregate(total=Sum("minutes"))["total"]
    files = Attachment.objects.visible_to(user).filter(ticket=found, removed_at=None).select_related("comment")
    return {
        "groups": marked or groups_of(found, Choices(user)),
        "watchers": watchers,
        "watching": user in watchers,
        "links": links_of(found, user),
        "files": files,
        "minutes": spent or 0,
        "time_entries": found.time_entries.select_related("user")[:5],
        "merged": found.merged_tickets.visible_to(user),
        "may_archive": can(user, "ticket.archive"),
    }


def links_of(found: Ticket, user: User) -> Iterable[dict[str, Any]]:
    """Return the linked tickets that the user may see, each with what it is to this one."""
    words = {
        ("parent", True): "Child",
        ("parent", False): "Parent",
        ("related", True): "Related",
        ("related", False): "Related",
        ("duplicate", True): "Duplicate of",
        ("duplicate", False): "Duplicate",
    }
    rows = TicketLink.objects.filter(Q(source=found) | Q(target=found)).select_related("source", "target")
    rows = rows.filter(source__in=Ticket.objects.visible_to(user), target__in=Ticket.objects.visible_to(user))
    return [
        {
            "link": row,
            "other": row.target if row.source_id == found.pk else row.source,
            "word": words[row.kind, row.source_id == found.pk],
        }
        for row in rows
    ]
