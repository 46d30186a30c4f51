"""Tools on tickets."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from ai.tools.registry import DOOR, Result, at_most, given_text, skipped, tool
from sla.api.breach_serializers import breach_shape
from sla.api.clock_serializers import ticket_sla_shape
from sla.choices import BreachState
from sla.explain import explain
from sla.models import Breach
from sla.permissions import require as require_sla
from tickets.actions.conversation import add_comment as write_comment
from tickets.actions.tickets import change_ticket
from tickets.actions.tickets import create_ticket as make_ticket
from tickets.api.serializers.tickets import ticket_detail, ticket_rows, ticket_shapes
from tickets.errors import Invalid, NotFound
from tickets.fields import choice
from tickets.finding.filters import filter_tickets
from tickets.models import Comment, Ticket, User

ROWS_AT_MOST = 50
TICKETS_AT_MOST = 200  # of a page; who asks for more than the usual ten wants them all
COMMENTS_SHOWN = 20
NO_SUCH = "There is no such ticket, or it is not yours to see."


@tool
def create_ticket(
    user: User,
    title: str,
    description: str = "",
    category: str | None = None,
    priority: str | None = None,
    tags: list[str] | None = None,
) -> Result:
    """Create a ticket for the user. Category by name; priority low, medium, high or critical."""
    fields = {"title": title, "description": description, "category": category, "priority": priority, "tags": tags}
    given = {name: value for name, value in fields.items() if value is not None}
    return detail(make_ticket(by=user, via=DOOR.get(), fields=given), user)


@tool
def update_ticket(user: User, ticket_id: str | int, changes: dict[str, Any]) -> Result:
    """Change fields of a ticket: title, description, status, priority, urgency, impact, category, team, assignee, tags, resolution.

    People, teams and categories by name or id; a resolved ticket needs a resolution.
    """
    if not changes:
        raise Invalid({"changes": ["Say what to change."]})
    return detail(change_ticket(ticket=found(ticket_id, user), by=user, via=DOOR.get(), changes=changes), user)


@tool
def get_ticket(user: User, ticket_id: str | int) -> Result:
    """Read a ticket, given as 1001 or T-1001, with the latest comments that the user may see."""
    ticket = found(ticket_id, user)
    comments = Comment.objects.filter(ticket=ticket, redacted_at=None).order_by("-pk")
    if not user.is_support_staff:
        comments = comments.filter(is_internal=False)
    return {
        **detail(ticket, user),
        "comments": [comment_shape(comment) for comment in reversed(comments[:COMMENTS_SHOWN])],
    }


@tool
def search_tickets(
    user: User,
    query: str = "",
    status: str | None = None,
    priority: str | None = None,
    assignee: str | None = None,
    limit: int = 10,
    offset: int = 0,
) -> Result:
    """Find tickets the user may see, latest change first.

    Full text in `query`; status also "unresolved"; assignee an id, "me" or "none". `offset` skips as many, for the next page.
    """
    given = {"q": query, "status": status, "priority": priority, "assignee": assignee}
    params = {name: [value] for name, value in given.items() if value}
    rows = filter_tickets(Ticket.objects.visible_to(user), params, user).order_by("-updated_at", "-pk")
    start = skipped(offset)
    page = list(ticket_rows(rows)[start : start + at_most(limit, TICKETS_AT_MOST)])
    return {"tickets": ticket_shapes(page, user)}


@tool
def add_comment(user: User, ticket_id: str | int, body: str, internal: bool = False) -> Result:
    """Write a reply on a ticket, in Markdown; with `internal` a note that only support staff see."""
    ticket = found(ticket_id, user)
    return comment_shape(write_comment(ticket=ticket, by=user, via=DOOR.get(), body=body, internal=internal))


@tool
def get_sla_status(user: User, ticket_id: str | int) -> Result:
    """Read what is promised on a ticket: each clock with its deadline, time used and why it is due then."""
    ticket = found(ticket_id, user)
    return ticket_sla_shape(ticket, explain(ticket, user, timezone.now()))


@tool
def list_breaches(user: User, state: str | None = None, limit: int = 20) -> Result:
    """List broken promises on tickets the user sees, the latest first. For support staff."""
    require_sla(user, "sla.view")
    rows = Breach.objects.visible_to(user).with_names()
    if state:
        try:
            rows = rows.in_state(choice(state, BreachState))
        except ValueError as error:
            raise Invalid({"state": [str(error)]}) from None
    latest = rows.order_by("-reached_at", "-pk")[: at_most(limit, ROWS_AT_MOST)]
    return {"breaches": [breach_shape(breach) for breach in latest]}


def found(ticket_id: Any, user: User) -> Ticket:
    """Return a ticket the user may see. Raises NotFound."""
    named = given_text(str(ticket_id), "ticket_id", 40)
    ticket = Ticket.objects.visible_to(user).by_reference(named).first()
    if ticket is None:
        raise NotFound(NO_SUCH)
    return ticket


def detail(ticket: Ticket, user: User) -> Result:
    """Return the ticket as it is after a write, also to somebody who gave it out of hand."""
    shape = ticket_detail(Ticket.objects.filter(pk=ticket.pk), user)
    if shape is None:
        raise NotFound(NO_SUCH)
    return {name: value for name, value in shape.items() if name != "description_html"}


def comment_shape(comment: Comment) -> Result:
    made: datetime = comment.created_at
    return {
        "id": comment.pk,
        "author": comment.author_name,
        "body": comment.body,
        "internal": comment.is_internal,
        "created_at": made,
    }
