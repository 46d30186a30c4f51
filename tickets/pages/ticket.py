"""The ticket page: conversation, composer and properties."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from tickets.errors import NoSuchTicket
from tickets.finding.names import names_for
from tickets.models import Ticket, User
from tickets.pages.composer import Composer
from tickets.pages.doors import PageRequest, page, signed_in
from tickets.pages.properties import Group, groups_of
from tickets.pages.surroundings import Surroundings
from tickets.pages.timeline import since, timeline
from tickets.permissions import can


def ticket_for(user: User, pk: int) -> Ticket:
    """Return a ticket. Raises NotFound."""
    if found := Ticket.objects.visible_to(user).filter(pk=pk).first():
        return found
    raise NoSuchTicket


def address(found: Ticket) -> str:
    return reverse("ticket", args=[found.pk])


def about(found: Ticket) -> dict[str, Any]:
    """Return what every template of a ticket needs; the addresses of its acts stand below `here`."""
    names = names_for([found])
    requester = names.of("requester_id", found.requester_id)
    return {
        "ticket": found,
        "names": names,
        "requester": requester,
        "first_name": requester.split(" ")[0],
        "here": address(found),
    }


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
        around = Surroundings.of(found, request.user)
        entries = since(found, request.user, around, int(after[:9]))
        context = {"entries": entries, **beside(found, request.user, around)}
        return page(request, "tickets/ticket.html", context, fragment="changes")
    composer = Composer.fresh(found, request.user, macro=request.GET.get("macro", ""))
    if request.htmx and composer.macro:
        return page(request, "tickets/ticket.html", about(found) | {"composer": composer}, fragment="composer")
    return show(request, found, composer)


def show(
    request: PageRequest,
    found: Ticket,
    composer: Composer,
    *,
    status: int = 200,
    groups: list[Group] | None = None,
    **more: Any,
) -> HttpResponse:
    """Render the whole page; with a composer as it was sent, or properties that were marked, where something was wrong with them."""
    around = Surroundings.of(found, request.user)
    past = timeline(found, request.user, around, whole=request.GET.get("whole") == "1")
    context = beside(found, request.user, around, groups=groups) | more
    context |= {"entries": past.entries, "earlier": past.earlier, "composer": composer}
    return page(request, "tickets/ticket.html", context, status=status)


def beside(found: Ticket, user: User, around: Surroundings, *, groups: list[Group] | None = None) -> dict[str, Any]:
    """Return what stands beside the conversation and above it."""
    known = about(found)
    return known | {
        "groups": groups or groups_of(found, known["names"], around.custom),
        "around": around,
        "watching": user in around.watchers,
        "may_archive": can(user, "ticket.archive"),
    }
