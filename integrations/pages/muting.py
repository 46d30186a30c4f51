"""Silence on one ticket, for the reader alone."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from integrations.actions.preferences import set_muted
from integrations.models import Mute
from tickets.pages.dialogs import Dialog, ask
from tickets.pages.doors import PageRequest, back, done, signed_in, staff_only, tell
from tickets.pages.portal.tickets import find, portal_address
from tickets.pages.ticket import address, ticket_for


@staff_only
def mute(request: PageRequest, pk: int) -> HttpResponse:
    """Hear nothing more of a ticket, or hear of it again."""
    ticket = ticket_for(request.user, pk)
    muted = Mute.objects.filter(ticket=ticket, person=request.user).exists()

    def act() -> HttpResponse:
        set_muted(ticket=ticket, by=request.user, muted=not muted)
        said = "You hear of this ticket again." if muted else "You hear nothing more of this ticket."
        return done(request, address(ticket), said)

    title, button = ("Muted", "Hear of it again") if muted else ("Mute this ticket?", "Mute")
    dialog = Dialog("mute", title, button, folder="integrations/dialogs", context={"muted": muted})
    return ask(request, ticket, dialog, act)


@require_POST
@signed_in
def portal_mute(request: PageRequest, pk: int) -> HttpResponse:
    """Do in the portal what the button says."""
    ticket = find(request, pk)
    muted = request.POST.get("muted") == "yes"
    set_muted(ticket=ticket, by=request.user, muted=muted)
    tell(request, "You hear nothing more of this ticket." if muted else "You hear of this ticket again.")
    return back(request, portal_address(ticket))
