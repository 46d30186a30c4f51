"""What the reader was told, behind the bell of every page."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from integrations.actions.bell import mark_all_read, mark_read
from integrations.models import Notification
from tickets.errors import NotFound
from tickets.finding.paging import page_of
from tickets.pages.doors import PageRequest, done, page, signed_in
from tickets.pages.filters import with_value

PAGE = 50
LOOKED_AT = 100  # of the newest: a longer count than this tells nobody more
Days = list[tuple[date, list[Notification]]]


def frame_for(request: PageRequest) -> str:
    return "base.html" if request.user.is_support_staff else "portal/base.html"


@require_GET
@signed_in
def notifications(request: PageRequest) -> HttpResponse:
    """List the reader's notifications by day, newest first, in pages."""
    query = request.GET
    unread = query.get("show") == "unread"
    rows = Notification.objects.visible_to(request.user).select_related("event")
    found = page_of(rows.unread() if unread else rows, "-id", query.get("cursor", ""), PAGE, columns={"id": "id"})
    context = {
        "days": _by_day(found.items),
        "unread": unread,
        "has_new": any(row.read_at is None for row in found.items),
        "next_url": with_value(query, "cursor", found.next) if found.next else "",
        "previous_url": with_value(query, "cursor", found.previous) if found.previous else "",
        "frame": frame_for(request),
        "today": timezone.localdate(),
    }
    return page(request, "integrations/notifications/list.html", context)


def _by_day(rows: Iterable[Notification]) -> Days:
    days = groupby(rows, lambda row: timezone.localtime(row.created_at).date())
    return [(day, list(found)) for day, found in days]


@require_GET
@signed_in
def count(request: PageRequest) -> HttpResponse:
    """Answer with how many are new, for the bell."""
    newest = Notification.objects.visible_to(request.user).order_by("-pk").values_list("read_at", flat=True)[:LOOKED_AT]
    new = sum(read is None for read in newest)
    return render(request, "integrations/notifications/list.html#count", {"new": new})


@require_GET
@signed_in
def follow(request: PageRequest, pk: int) -> HttpResponse:
    """Mark one as read and go to what it is about."""
    row = own(request, pk)
    mark_read(notification=row, by=request.user)
    return redirect(row.url or reverse("notifications"))


@require_POST
@signed_in
def read(request: PageRequest) -> HttpResponse:
    """Mark all as read."""
    mark_all_read(by=request.user)
    return done(request, reverse("notifications"), "All notifications are marked as read.")


@require_POST
@signed_in
def read_one(request: PageRequest, pk: int) -> HttpResponse:
    """Mark one as read, or as new again."""
    mark_read(notification=own(request, pk), by=request.user, read=request.POST.get("read") != "no")
    return redirect("notifications")


def own(request: PageRequest, pk: int) -> Notification:
    """Return one of the reader's notifications. Raises NotFound."""
    row = Notification.objects.visible_to(request.user).filter(pk=pk).first()
    if row is None:
        raise NotFound("There is no such notification, or you do not see its ticket any more.")
    return row
