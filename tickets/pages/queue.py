"""The queue: every ticket the reader may see, narrowed, sorted and in pages."""

from django.http import HttpResponse

from tickets.models import Ticket
from tickets.pages.doors import PageRequest, page, staff_only


@staff_only
def queue(request: PageRequest) -> HttpResponse:
    tickets = Ticket.objects.visible_to(request.user).unresolved().with_people().order_by("-updated_at")[:50]
    return page(request, "tickets/queue.html", {"tickets": tickets})
