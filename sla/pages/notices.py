"""What the reader was told by escalations, behind the bell of every staff page."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sla.actions.notices import read_notices
from sla.models import Notice
from tickets.finding.paging import page_of
from tickets.models import Ticket, User
from tickets.pages.doors import PageRequest, done, page, staff_only
from tickets.pages.filters import with_value

PAGE = 50
LOOKED_AT = 100  # of the newest: a longer count than this tells nobody more


def notices_of(reader: User) -> QuerySet[Notice]:
    """Return a person's notices, as far as they still see the tickets."""
    rows = Notice.objects.filter(recipient=reader)
    return rows if reader.sees_all_tickets else rows.filter(ticket__in=Ticket.objects.visible_to(reader))


@require_GET
@staff_only
def notices(request: PageRequest) -> HttpResponse:
    """List the reader's notices, newest first, in pages."""
    query = request.GET
    rows = notices_of(request.user).select_related("ticket")
    found = page_of(rows, "-id", query.get("cursor", ""), PAGE, columns={"id": "id"})
    context = {
        "notices": found.items,
        "has_new": any(notice.read_at is None for notice in found.items),
        "next_url": with_value(query, "cursor", found.next) if found.next else "",
        "previous_url": with_value(query, "cursor", found.previous) if found.previous else "",
    }
    return page(request, "sla/notices.html", context)


@require_GET
@staff_only
def count(request: PageRequest) -> HttpResponse:
    """Answer with how many are new, for the bell."""
    newest = notices_of(request.user).values_list("read_at", flat=True)[:LOOKED_AT]
    return render(request, "sla/notices.html#count", {"new": sum(read is None for read in newest)})


@require_POST
@staff_only
def read(request: PageRequest) -> HttpResponse:
    """Mark all as read."""
    read_notices(by=request.user)
    return done(request, reverse("notices"), "All notices are marked as read.")
