"""The buttons of a ticket's part about other systems."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from integrations.actions.hand_on import hand_on
from integrations.actions.linking import unlink_by_hand
from integrations.actions.settle import settle_disagreement
from integrations.models import Connection, Disagreement, ExternalLink
from tickets.choices import Channel
from tickets.errors import DomainError, NotFound
from tickets.pages.doors import PageRequest, done, staff_only, tell
from tickets.pages.forms import whole_number
from tickets.pages.ticket import ticket_for

CHANGED = ("ticket-changed",)


@require_POST
@staff_only
def hand_ticket_on(request: PageRequest, pk: int) -> HttpResponse:
    """Hand a ticket on to the connection whose button was pressed."""
    ticket, back = ticket_for(request.user, pk), reverse("ticket", args=[pk])
    wanted = whole_number(request.POST.get("connection", ""))
    connection = Connection.objects.visible_to(request.user).filter(pk=wanted or 0).first()
    if connection is None:
        raise NotFound("There is no such connection. Load the page again.")
    try:
        hand_on(ticket=ticket, connection=connection, by=request.user)
    except DomainError as error:
        tell(request, error.sentence)
        return done(request, back, events=CHANGED)
    return done(request, back, f"On its way to {connection}.", events=CHANGED)


@require_POST
@staff_only
def settle(request: PageRequest, pk: int, question: int) -> HttpResponse:
    """Decide which of two values stays."""
    ticket, back = ticket_for(request.user, pk), reverse("ticket", args=[pk])
    row = Disagreement.objects.filter(pk=question, link__ticket=ticket).first()
    if row is None:
        raise NotFound("There is no such question. Load the page again.")
    keep = request.POST.get("keep", "")
    try:
        settle_disagreement(disagreement=row, by=request.user, via=Channel.WEB, keep=keep)
    except DomainError as error:
        tell(request, error.sentence)
        return done(request, back, events=CHANGED)
    return done(request, back, "Decided.", events=CHANGED)


@require_POST
@staff_only
def unlink(request: PageRequest, pk: int, link: int) -> HttpResponse:
    """Part a ticket from its record in another system."""
    ticket, back = ticket_for(request.user, pk), reverse("ticket", args=[pk])
    row = ExternalLink.objects.visible_to(request.user).filter(pk=link, ticket=ticket).first()
    if row is None:
        raise NotFound("There is no such link. Load the page again.")
    try:
        unlink_by_hand(link=row, by=request.user, via=Channel.WEB)
    except DomainError as error:
        tell(request, error.sentence)
        return done(request, back, events=CHANGED)
    return done(request, back, f"Parted from {row.remote_key}.", events=CHANGED)
