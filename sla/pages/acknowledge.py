"""The button beside an overdue promise: I have seen it."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from sla.actions.acknowledge import acknowledge_breach
from sla.models import Breach
from tickets.choices import Channel
from tickets.errors import NotFound
from tickets.pages.doors import PageRequest, done, staff_only


@require_POST
@staff_only
def acknowledge(request: PageRequest, pk: int, breach_pk: int) -> HttpResponse:
    """Acknowledge a breach of a ticket."""
    breach = Breach.objects.visible_to(request.user).with_names().filter(pk=breach_pk, ticket=pk).first()
    if breach is None:
        raise NotFound("There is no such breach, or it is not yours to see.")
    acknowledge_breach(breach=breach, by=request.user, via=Channel.WEB)
    return done(request, reverse("ticket", args=[pk]), "Noted that you have seen it.", events=("ticket-changed",))
