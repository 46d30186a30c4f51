"""Beside a ticket: what is like it, and how it might be resolved. On the form of a new one: what it looks like already."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ai.actions.similar import rate_suggestion, suggest_resolution
from ai.models import SuggestedResolution
from ai.permissions import require
from ai.similar.finding import Similar, ask, similar_tickets, similar_to
from tickets.actions.merging import link_tickets
from tickets.choices import Channel, LinkKind
from tickets.errors import DomainError
from tickets.fields import TITLE_LENGTH
from tickets.models import Ticket
from tickets.pages.doors import PageRequest, done, page, staff_only
from tickets.pages.ticket import ticket_for

SHOWN = 5
LOOKS_LIKE = 3
LEAST = 0.35  # confidence from which a ticket being written "looks like" an earlier one
WORDS_AT_LEAST = 2
CHANGED = ("ticket-changed",)


@require_GET
@staff_only
def similar(request: PageRequest, pk: int) -> HttpResponse:
    """Show tickets like this one: in its panel, or as a page of their own where no JavaScript runs."""
    ticket = ticket_for(request.user, pk)
    require(request.user, "ai.advise")
    return page(request, "ai/similar.html", _about(ticket, request), fragment="near")


@require_POST
@staff_only
def suggest(request: PageRequest, pk: int) -> HttpResponse:
    """Look for ways to resolve the ticket and show them with their sources."""
    ticket = ticket_for(request.user, pk)
    context: dict[str, Any] = {"asked": True}
    try:
        context["offers"] = suggest_resolution(ticket=ticket, by=request.user, now=timezone.now())
    except DomainError as error:
        if error.status == 403:
            raise
        context["problem"] = error.sentence
    about = {"ticket": ticket} if request.htmx else _about(ticket, request)
    return page(request, "ai/similar.html", about | context, fragment="resolutions")


def _about(ticket: Ticket, request: PageRequest) -> dict[str, Any]:
    return {"ticket": ticket, "near": similar_to(ticket, request.user, count=SHOWN)}


@require_POST
@staff_only
def rate(request: PageRequest, pk: int, suggestion_pk: int) -> HttpResponse:
    """Take the answer to "did this help?"."""
    ticket = ticket_for(request.user, pk)
    suggestion = get_object_or_404(
        SuggestedResolution.objects.visible_to(request.user), pk=suggestion_pk, ticket=ticket
    )
    helpful = request.POST.get("helpful") == "true"
    context: dict[str, Any] = {"suggestion": suggestion, "ticket": ticket}
    try:
        context["suggestion"] = rate_suggestion(
            suggestion=suggestion, helpful=helpful, by=request.user, now=timezone.now()
        )
    except DomainError as error:
        context["problem"] = error.sentence
    if not request.htmx:
        return done(request, reverse("ai_similar", args=[pk]), context.get("problem") or "Thank you, counted.")
    return page(request, "ai/similar.html", context, fragment="rated")


@require_POST
@staff_only
def mark_duplicate(request: PageRequest, pk: int, other_pk: int) -> HttpResponse:
    """Note that this ticket is a duplicate of the other."""
    ticket, other = ticket_for(request.user, pk), ticket_for(request.user, other_pk)
    back = reverse("ticket", args=[pk])
    try:
        link_tickets(source=ticket, target=other, kind=LinkKind.DUPLICATE, by=request.user, via=Channel.WEB)
    except DomainError as error:
        return done(request, back, error.sentence)
    return done(request, back, f"Marked as a duplicate of {other.reference}.", events=CHANGED)


@require_GET
@staff_only
def looks_like(request: PageRequest) -> HttpResponse:
    """Answer the typing of a new ticket: earlier ones that it looks like."""
    title = request.GET.get("title", "")[:TITLE_LENGTH]
    return page(request, "ai/looks_like.html", {"near": _looks_like(title, request)}, fragment="hint")


def _looks_like(title: str, request: PageRequest) -> list[Similar]:
    if len(title.split()) < WORDS_AT_LEAST and len(title.strip()) < WORDS_AT_LEAST * 2:
        return []
    near = similar_tickets(ask(title.replace("\x00", " "), ""), request.user, count=LOOKS_LIKE)
    return [one for one in near if one.confidence >= LEAST]
