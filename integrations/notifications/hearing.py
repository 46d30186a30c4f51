"""Which events are news to anybody, told by the event alone. Pure; runs inside the transaction of every write."""

from typing import Any

from integrations.choices import Kind
from tickets.choices import Channel, EventKind, Status
from tickets.models import TicketEvent

HEARD = {
    EventKind.SLA_WARNING: Kind.SLA_WARNING,
    EventKind.SLA_BREACHED: Kind.SLA_BREACHED,
    EventKind.SLA_ESCALATED: Kind.ESCALATED,
    EventKind.TICKET_RATED: Kind.RATED,
}
LISTENED_TO = (
    *HEARD,
    EventKind.TICKET_CREATED,
    EventKind.TICKET_CHANGED,
    EventKind.COMMENT_ADDED,
    EventKind.TICKET_MERGED,
)


def kinds_of(event: TicketEvent) -> list[Kind]:
    """Return what the event may be to people, empty where nobody hears of it. What an import writes is the past."""
    if event.channel == Channel.IMPORT:
        return []
    match event.kind:
        case EventKind.TICKET_CREATED:
            return [*_received(event), *_given(event, Kind.NEW_TICKET)]
        case EventKind.TICKET_CHANGED:
            return [*_given(event, Kind.TEAM_ASSIGNED), *_moved(event)]
        case EventKind.COMMENT_ADDED:
            return [Kind.MENTION, Kind.NOTE if event.data["internal"] else Kind.REPLY]
        case EventKind.TICKET_MERGED:
            return [Kind.MERGED] if "into" in event.data else []
    return [HEARD[EventKind(event.kind)]]


def _received(event: TicketEvent) -> list[Kind]:
    """Who asked in another system has its answer."""
    return [] if event.channel == Channel.WEBHOOK else [Kind.RECEIPT]


def _given(event: TicketEvent, to_team: Kind) -> list[Kind]:
    kinds = [Kind.ASSIGNED] if _new(event, "assignee") else []
    return [*kinds, to_team] if _new(event, "team") else kinds


def _moved(event: TicketEvent) -> list[Kind]:
    status = _new(event, "status")
    return [Kind.RESOLVED if status == Status.RESOLVED else Kind.STATUS] if status else []


def _new(event: TicketEvent, field: str) -> Any:
    """Return what a field was changed to, None where it was not."""
    return event.changes[field][1] if field in event.changes else None


def gave_to(event: TicketEvent, field: str, pk: int | None) -> bool:
    """Return whether the event gave the ticket to the person or team (id) that it has now."""
    given = _new(event, field)
    return given is not None and given["id"] == pk
