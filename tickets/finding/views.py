"""The views every desk starts with. Saved views of `models.SavedView` stand beside them."""

from typing import NamedTuple

from django.core.cache import cache
from django.http import QueryDict

from tickets.finding.counts import as_text, capped_count
from tickets.finding.filters import filter_tickets
from tickets.models import SavedView, Ticket, User

REMEMBERED = 60  # seconds: as long as it may take until somebody's new team shows; views themselves show at once


class View(NamedTuple):
    key: str
    name: str
    query: str


STANDARD_VIEWS = (
    View("mine", "My tickets", "status=unresolved&assignee=me"),
    View("unassigned", "Unassigned", "status=unresolved&assignee=none"),
    View("team", "My teams", "status=unresolved&team=mine"),
    View("unresolved", "All unresolved", "status=unresolved"),
    View("overdue", "Overdue", "overdue=true&ordering=due_at"),
    View("watching", "Watching", "watcher=me"),
)


def views_for(user: User) -> list[View]:
    """Return the standard views and the saved ones that `user` may use, in the order of the rail, which every page shows."""
    saved: list[View] | None = cache.get(_key(user.pk))
    if saved is None:
        rows = SavedView.objects.visible_to(user).values_list("pk", "name", "query")
        saved = [View(str(pk), name, query) for pk, name, query in rows]
        cache.set(_key(user.pk), saved, REMEMBERED)
    return [*STANDARD_VIEWS, *saved]


def forget_views() -> None:
    """A saved view has changed: everybody's are read anew."""
    staff = User.objects.support_staff().values_list("pk", flat=True)
    cache.delete_many([_key(pk) for pk in staff])


def _key(user_id: int) -> str:
    return f"views.{user_id}"


def count_of(view: View, user: User) -> str:
    """Return how many tickets a view holds, as text, capped."""
    params = dict(QueryDict(view.query).lists())
    return as_text(capped_count(filter_tickets(Ticket.objects.visible_to(user), params, user)))
