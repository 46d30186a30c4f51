"""Help with writing on the ticket page: a draft for the composer, a summary in a dialog. Nothing is sent or kept by itself."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from ai.agents.writing import draft_reply, summarise
from tickets.choices import Channel
from tickets.pages.composer import REPLY, Composer
from tickets.pages.doors import PageRequest, page, staff_only, wants_fragment
from tickets.pages.ticket import about, show, ticket_for

NOTHING = "There is nothing to offer: no language model answered, and no article comes close."


@require_POST
@staff_only
def draft(request: PageRequest, pk: int) -> HttpResponse:
    """Put a drafted reply into the composer, below what stands there."""
    found = ticket_for(request.user, pk)
    composer = Composer.typed(found, request.user, request.POST)
    written = draft_reply(ticket=found, by=request.user, via=Channel.WEB)
    composer.kind = REPLY
    if written.text:
        composer.body = f"{composer.body.rstrip()}\n\n{written.text}".strip()
        composer.source = "Drafted by a language model" if written.answer.value else "The closest article"
    else:
        composer.problem = f"{written.answer.sentence} {NOTHING}".strip()
    if wants_fragment(request):
        return page(request, "tickets/ticket.html", about(found) | {"composer": composer}, fragment="composer")
    return show(request, found, composer)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def summary(request: PageRequest, pk: int) -> HttpResponse:
    """Ask whether to summarise; once told so, show it."""
    found = ticket_for(request.user, pk)
    written = summarise(ticket=found, by=request.user, via=Channel.WEB) if request.method == "POST" else None
    return page(request, "ai/summary.html", about(found) | {"written": written}, fragment="form")
