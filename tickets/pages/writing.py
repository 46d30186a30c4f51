"""What helps while one writes on a ticket: the preview, the people to call, the macros."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST

from tickets.actions.conversation import checked_body
from tickets.mentions import people_to_call
from tickets.models import Macro
from tickets.pages.composer import NOTE, Composer
from tickets.pages.doors import PageRequest, page, staff_only, wants_fragment
from tickets.pages.ticket import about, show, ticket_for
from tickets.text import render


@require_POST
@staff_only
def preview(request: PageRequest, pk: int) -> HttpResponse:
    """Show the composer's text as it will be read."""
    found = ticket_for(request.user, pk)
    composer = Composer.typed(found, request.user, request.POST)
    composer.preview = render(checked_body(composer.body)) if composer.body.strip() else ""
    if wants_fragment(request):
        return page(request, "tickets/ticket.html", {"composer": composer}, fragment="preview")
    return show(request, found, composer)


@require_GET
@staff_only
def mentions(request: PageRequest, pk: int) -> HttpResponse:
    """Answer with the people whom `@` and the letters in `q` may call; in a note (`kind`) only those who read notes."""
    found = ticket_for(request.user, pk)
    typed = request.GET.get("q", "")[:100].replace("\x00", "")
    people = people_to_call(found, typed, by=request.user, internal=request.GET.get("kind") == NOTE)
    return page(request, "tickets/mentions.html", {"people": people})


@require_GET
@staff_only
def macros(request: PageRequest, pk: int) -> HttpResponse:
    """Offer the macros for a ticket."""
    found = ticket_for(request.user, pk)
    usable = Macro.objects.visible_to(request.user).filter(is_active=True)
    return page(request, "tickets/use_macro.html", about(found) | {"macros": usable}, fragment="items")
