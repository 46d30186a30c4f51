"""Replaying the log: what the events of a ticket say it should look like now."""

from collections.abc import Iterable
from typing import Any

from tickets.actions.changing import LONG_IN_LOG, current_value, name_of
from tickets.choices import CLOSED_STATUSES, Channel, EventKind, Status
from tickets.models import Comment, Ticket, TicketEvent

FIELDS = [
    *("title", "status", "priority", "urgency", "impact", "category", "organization", "requester", "assignee", "team"),
    *("tags", "resolution", "due_at", "rating"),
]
UNSAID = {"status": "open", "priority": "medium", "urgency": "medium", "impact": "medium", "resolution": "", "tags": []}


def replayed(events: Iterable[TicketEvent]) -> dict[str, Any]:
    """Fold the events into the fields they leave behind, with the times that follow from them."""
    state: dict[str, Any] = {field: UNSAID.get(field) for field in FIELDS}
    state |= {"custom_fields": {}, "resolved_at": None, "closed_at": None, "merged_into": None, "archived_at": None}
    for event in events:
        for field, (_, new) in event.changes.items():
            group, _, key = field.partition(".")
            if key:
                state[group] = {k: v for k, v in (state[group] | {key: new}).items() if v is not None}
            elif field in state:
                state[field] = new
        if "status" in event.changes:
            _status_times(state, event)
        if event.kind in (EventKind.TICKET_MERGED, EventKind.TICKET_UNMERGED):
            state["merged_into"] = event.data["into"]["id"] if "into" in event.data else None
        if event.kind in (EventKind.TICKET_ARCHIVED, EventKind.TICKET_RESTORED):
            state["archived_at"] = event.occurred_at if event.kind == EventKind.TICKET_ARCHIVED else None
    return state


def _status_times(state: dict[str, Any], event: TicketEvent) -> None:
    if state["status"] not in CLOSED_STATUSES:
        state["resolved_at"] = state["closed_at"] = None
        return
    state["resolved_at"] = state["resolved_at"] or event.occurred_at
    state["closed_at"] = event.occurred_at if state["status"] == Status.CLOSED else None


def stored(ticket: Ticket) -> dict[str, Any]:
    """The same fields as the ticket has them, written as the log writes them."""
    state = {field: name_of(current_value(ticket, field)) for field in FIELDS}
    return state | {
        "custom_fields": ticket.custom_fields,
        "resolved_at": ticket.resolved_at,
        "closed_at": ticket.closed_at,
        "merged_into": ticket.merged_into_id,
        "archived_at": ticket.archived_at,
    }


def assert_log_tells_all(tickets: Iterable[Ticket]) -> int:
    """Check for each ticket that its events are complete, in order, and lead to its present state; returns how many were checked."""
    count = 0
    for ticket in tickets:
        events = list(TicketEvent.objects.filter(ticket=ticket).order_by("version"))
        assert [event.version for event in events] == list(range(1, ticket.version + 1)), ticket
        assert events[0].kind == EventKind.TICKET_CREATED, ticket
        times = [event.occurred_at for event in events]
        assert times == sorted(times), ticket
        assert (times[0], times[-1]) == (ticket.created_at, ticket.updated_at), ticket
        assert events[0].channel == ticket.channel, ticket
        assert ticket.channel in Channel.values, ticket
        told, is_now = replayed(events), stored(ticket)
        told["resolution"] = told["resolution"][:LONG_IN_LOG]
        assert told == is_now, ticket
        said = {event.data["comment_id"] for event in events if event.kind == EventKind.COMMENT_ADDED}
        assert said == set(Comment.objects.filter(ticket=ticket).values_list("pk", flat=True)), ticket
        count += 1
    return count
