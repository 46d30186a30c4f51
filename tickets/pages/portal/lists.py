"""My tickets: what I asked for, what I follow, and for some the whole organization's."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse

from tickets import search
from tickets.choices import CLOSED_STATUSES, Status, TicketScope
from tickets.finding.counts import as_text, capped_count
from tickets.finding.paging import page_of
from tickets.models import Ticket, User
from tickets.models.ticket import TicketQuerySet
from tickets.pages.doors import PageRequest, page, signed_in
from tickets.pages.portal.words import STATUSES

PAGE_SIZE = 25


@signed_in
def my_tickets(request: PageRequest) -> HttpResponse:
    """`show` is open or closed, `whose` is mine or organization, `q` narrows by words."""
    user = request.user
    show = "closed" if request.GET.get("show") == "closed" else "open"
    wide = request.GET.get("whose") == "organization" and sees_organization(user)
    words = request.GET.get("q", "").strip()
    rows = asked_for(user, organization=wide)
    closed = Q(status__in=CLOSED_STATUSES)
    open_count = as_text(capped_count(rows.exclude(closed)))
    found = rows.filter(closed) if show == "closed" else rows.exclude(closed)
    if words:
        found = search.find_tickets(found, words, user)  # type: ignore[assignment]
    listed = page_of(
        found.select_related("requester", "organization"), cursor=request.GET.get("cursor", ""), size=PAGE_SIZE
    )
    here = {"show": show, "whose": "organization" if wide else "mine", "q": words}
    context = {
        "page": listed,
        "here": here,
        "open_count": open_count,
        "tabs": {name: address(here | {"show": name}) for name in ("open", "closed")},
        "whose": {name: address(here | {"whose": name}) for name in ("mine", "organization")},
        "sees_organization": sees_organization(user),
        "waiting_for_me": rows.filter(status=Status.PENDING).exists() if show == "open" else False,
        "next_url": address(here | {"cursor": listed.next}) if listed.next else "",
        "previous_url": address(here | {"cursor": listed.previous}) if listed.previous else "",
        "statuses": STATUSES,
    }
    return page(request, "portal/tickets.html", context, fragment="list")


def sees_organization(user: User) -> bool:
    return bool(user.ticket_scope == TicketScope.ORGANIZATION and user.organization_id and not user.is_support_staff)


def asked_for(user: User, *, organization: bool) -> TicketQuerySet:
    """Return the current tickets that concern `user` as somebody who asks, whatever the role."""
    rows = Ticket.objects.visible_to(user).current()
    if organization:
        return rows.filter(organization=user.organization_id)
    followed = user.watched_tickets.values("pk")
    return rows.filter(requester=user) if user.is_support_staff else rows.filter(Q(requester=user) | Q(pk__in=followed))


def address(params: Mapping[str, str]) -> str:
    """Return the query string of a list, without what is the default anyway."""
    defaults = {"show": "open", "whose": "mine", "q": ""}
    return "?" + urlencode({name: value for name, value in params.items() if value != defaults.get(name)})
