"""What agents want to write for somebody: shown to that person, who approves or declines."""

import json

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from ai.actions.proposals import approve_proposal, decline_proposal
from ai.models import Proposal
from ai.proposed import Proposed, proposed, waiting_for
from tickets.choices import Channel
from tickets.errors import DomainError, NotFound
from tickets.models import User
from tickets.pages.doors import PageRequest, done, page, staff_only, tell, wants_fragment, way_back
from tickets.permissions import can

TEMPLATE = "ai/proposals.html"
SHOWN = 100


@require_safe
@staff_only
def proposals(request: PageRequest) -> HttpResponse:
    """List what waits for the reader's word."""
    waiting = [proposed(row) for row in waiting_for(request.user)[:SHOWN]]
    return page(request, TEMPLATE, {"waiting": waiting})


@require_POST
@staff_only
def approve(request: PageRequest, pk: int) -> HttpResponse:
    """Carry it out as the person who says so; a refusal is told and settles nothing."""
    row = own(request, pk)
    before = row.ticket.version if row.ticket else 0
    try:
        result = approve_proposal(proposal=row, by=request.user, via=Channel.WEB)
    except DomainError as error:
        return _answer(request, row, problem=error.sentence)
    said = proposed(row).head
    tell(request, f"Done: {said[:1].lower()}{said[1:]}.", undo=undo_of(request.user, row.tool, result, before))
    return _answer(request, row)


@require_POST
@staff_only
def decline(request: PageRequest, pk: int) -> HttpResponse:
    row = own(request, pk)
    try:
        decline_proposal(proposal=row, by=request.user)
    except DomainError as error:
        return _answer(request, row, problem=error.sentence)
    tell(request, "Declined. Nothing was written.")
    return _answer(request, row)


def own(request: PageRequest, pk: int) -> Proposal:
    row = Proposal.objects.filter(user=request.user, pk=pk).select_related("ticket").first()
    if row is None:
        raise NotFound("There is no such proposal, or it is not yours.")
    return row


def undo_of(user: User, tool: str, result: dict[str, object], before: int) -> str:
    """Return what takes the act back, as `undo.TAKE_BACK` reads it; nothing for what was said to a customer, or changed nothing."""
    pk, version = result.get("id"), result.get("version")
    if tool == "update_ticket" and isinstance(version, int) and version > before:
        return f"change:{pk}.{version}"
    return f"archive:{pk}" if tool == "create_ticket" and can(user, "ticket.archive") else ""


def _answer(request: PageRequest, row: Proposal, problem: str = "") -> HttpResponse:
    """Show the card as it stands now; without htmx go back to where it was, saying what happened."""
    if not wants_fragment(request):
        if problem:
            tell(request, problem)
        return done(request, way_back(request, reverse("proposals")))
    row.refresh_from_db()
    card: Proposed = proposed(row)
    status = 422 if problem else 200
    response = page(request, TEMPLATE, {"one": card, "problem": problem}, fragment="card", status=status)
    if not problem:
        response.headers["HX-Trigger"] = json.dumps({"ticket-changed": ""})
    return response
