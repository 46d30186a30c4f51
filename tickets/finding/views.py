"""The views every desk starts with. Saved views of `models.SavedView` stand beside them."""

from typing import NamedTuple

from django.http import QueryDict

from tickets.finding.counts import as_text, capped_count
from tickets.finding.filters import filter_tickets
from tickets.models import SavedView, Ticket, User


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
    """Return the standard views and the saved ones that `user` may use, in the order of the rail."""
    saved = SavedView.objects.visible_to(user)
    return [*STANDARD_VIEWS, *(View(str(view.pk), view.name, view.query) for view in saved)]


def count_of(view: View, user: User) -> str:
    """Return how many tickets a view holds, as text, capped."""
    params = dict(QueryDict(view.query).lists())
    return as_text(capped_count(filter_tickets(Ticket.objects.visible_to(user), params, user)))
