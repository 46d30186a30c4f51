"""Why is this due then? The ledgers of a ticket, as a page or in the dialog of the page that links to it."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from sla.explain import explain
from sla.standing import standing
from tickets.pages.doors import PageRequest, page, staff_only
from tickets.pages.ticket import ticket_for


@require_GET
@staff_only
def why(request: PageRequest, pk: int) -> HttpResponse:
    """Explain every promise on a ticket in the reader's zone."""
    ticket, now = ticket_for(request.user, pk), timezone.now()
    told = [(one, standing(one.clock, ticket.status, now)) for one in explain(ticket, request.user, now)]
    return page(
        request,
        "sla/why.html",
        {"ticket": ticket, "told": told, "back": reverse("ticket", args=[pk])},
        fragment="explanation",
    )
