"""What the frame around every page offers, by role. A room that adds a page adds its line here."""

from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from tickets.models import User
from tickets.permissions import can


@dataclass(frozen=True)
class NavItem:
    """`route` is the url's name; `key` the second key after `g`; `on_phone` puts it into the bottom bar; `verb` guards it."""

    route: str
    label: str
    icon: str
    key: str = ""
    on_phone: bool = False
    verb: str = ""
    url: str = ""
    current: bool = False


STAFF = [
    NavItem("queue", "Queue", "inbox", key="q", on_phone=True),
    NavItem("board", "Board", "view-columns", key="b", on_phone=True),
    NavItem("sla_board", "SLA", "clock", key="s"),
    NavItem("analytics", "Analytics", "chart-bar", key="y", verb="analytics.view"),
    NavItem("articles", "Knowledge", "book-open", key="k"),
    NavItem("assistant", "Assistant", "sparkles", key="a", verb="ai.advise"),
    NavItem("technicians", "Technicians", "user-group", key="t"),
    NavItem("teams", "Teams", "rectangle-group", key="m"),
    NavItem("dispatch", "Dispatch", "arrows-pointing-out", key="d", verb="ai.dispatch"),
    NavItem("advice_quality", "Advice", "light-bulb", key="v", verb="ai.watch"),
    NavItem("integrations", "Integrations", "arrows-right-left", key="i", verb="integration.manage"),
    NavItem("people", "People", "identification", key="p", verb="people.manage"),
]
REQUESTER = [
    NavItem("portal", "My tickets", "ticket"),
    NavItem("portal_new", "Get help", "plus-circle"),
    NavItem("portal_help", "Answers", "book-open"),
]


def navigation(user: User | AnonymousUser, path: str) -> list[NavItem]:
    """Return the entries with their addresses; the one whose address is the longest beginning of `path` is current."""
    if isinstance(user, AnonymousUser):
        return []
    staff = user.is_support_staff and not in_portal(path)
    entries = [item for item in (STAFF if staff else REQUESTER) if not item.verb or can(user, item.verb)]
    items = [replace(item, url=reverse(item.route)) for item in entries]
    above = [item.url for item in items if path == item.url or path.startswith(item.url.rstrip("/") + "/")]
    here = max(above, key=len, default=None)
    return [replace(item, current=item.url == here) for item in items]


def in_portal(path: str) -> bool:
    """True for the portal's addresses: staff who look at it get its menu."""
    return f"{path}/".startswith(f"{reverse('portal')}/")
