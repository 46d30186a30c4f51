"""Every page there is, by reader: for the checks that hold everywhere, and for the screenshots."""

from ai.models import DispatchPlan
from tickets.models import Article, Macro, SavedView, Ticket

STRANGER = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
STAFF = [
    "/tickets",
    "/tickets?q=printer",
    "/tickets/new",
    "/board",
    "/sla",
    "/notices",
    "/knowledge",
    "/knowledge/write",
]
STAFF += ["/technicians", "/teams", "/views", "/views/new", "/macros", "/macros/new", "/profile", "/profile/tokens"]
OF_A_TICKET = [
    "/tickets/{}",
    "/tickets/{}/macros",
    "/tickets/{}/edit",
    "/tickets/{}/merge",
    "/tickets/{}/links/new",
    "/tickets/{}/time",
]
MANAGER = ["/people", "/dispatch", "/dispatch/plans/{}"]
REQUESTER = ["/portal", "/portal/new", "/portal/help", "/profile", "/profile/tokens"]


def staff_pages() -> list[str]:
    """Those of single things among them, where the database has such things."""
    found = list(STAFF)
    for model, addresses in (
        (Ticket, OF_A_TICKET),
        (Article, ["/knowledge/articles/{}", "/knowledge/articles/{}/edit", "/knowledge/articles/{}/versions"]),
        (SavedView, ["/views/{}"]),
        (Macro, ["/macros/{}"]),
    ):
        thing = model._default_manager.order_by("pk").last()
        found += [address.format(getattr(thing, "slug", thing.pk)) for address in addresses if thing]
    return found


def manager_pages(plan: DispatchPlan) -> list[str]:
    return [address.format(plan.pk) for address in MANAGER]


def requester_pages(ticket: Ticket) -> list[str]:
    return [*REQUESTER, f"/portal/tickets/{ticket.pk}"]
