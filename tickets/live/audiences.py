"""Which lists a ticket appears in, as names of groups.

The rule itself is `Ticket.objects.visible_to`; this is the same rule read from the other side, so that a push finds its sockets
without a query for each. A test holds the two together: a user sees a ticket exactly when they share a group.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tickets.choices import EventKind, TicketScope
from tickets.models import Team, Ticket, TicketEvent, User

STAFF = "staff"
ACCESS_FIELDS = ("organization", "team", "requester", "assignee")
ACCESS_KINDS = (EventKind.WATCHERS_CHANGED, EventKind.TICKET_MERGED, EventKind.TICKET_UNMERGED)


def groups_of_user(user: User) -> set[str]:
    """Return the groups that the user's lists consist of. Asks the database for the teams of a limited technician."""
    if not user.is_active:
        return set()
    if user.sees_all_tickets:
        return {STAFF}
    groups = {f"watcher.{user.pk}"}
    if user.is_support_staff:
        teams = Team.objects.filter(technicians__user=user).values_list("pk", flat=True)
        return groups | {f"assignee.{user.pk}"} | {f"team.{pk}" for pk in teams}
    if user.ticket_scope == TicketScope.ORGANIZATION and user.organization_id:
        groups.add(f"organization.{user.organization_id}")
    return groups | {f"requester.{user.pk}"}


def groups_of_ticket(ticket: Ticket, watchers: Iterable[int]) -> set[str]:
    """Return the groups in whose lists the ticket appears."""
    ids = {field: getattr(ticket, f"{field}_id") for field in ACCESS_FIELDS}
    return {STAFF, *(f"{field}.{pk}" for field, pk in ids.items() if pk), *(f"watcher.{pk}" for pk in watchers)}


def groups_left(event: TicketEvent) -> set[str]:
    """Return the groups from whose lists the ticket may have gone with this event."""
    old: dict[str, Mapping[str, Any] | None] = {
        field: event.changes[field][0] for field in ACCESS_FIELDS if field in event.changes
    }
    left = {f"{field}.{value['id']}" for field, value in old.items() if value}
    return left | {f"watcher.{person['id']}" for person in event.data.get("removed", [])}


def touches_access(event: TicketEvent) -> bool:
    """Return whether somebody who could see the ticket before may not see it any more."""
    return event.kind in ACCESS_KINDS or any(field in event.changes for field in ACCESS_FIELDS)
