"""From an event to the groups of sockets that may care. What a socket passes on to its client, its consumer decides."""

from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from tickets.models import TicketEvent

STAFF = "staff"


def ticket_group(ticket_id: int) -> str:
    return f"ticket.{ticket_id}"


def push(event: TicketEvent) -> None:
    """Send the event to the ticket's own group and to the lists it may appear in."""
    send = async_to_sync(get_channel_layer().group_send)
    message: dict[str, Any] = {
        "type": "ticket.event",
        "ticket_id": event.ticket_id,
        "version": event.version,
        "event_id": event.pk,
        "kind": event.kind,
        "is_public": event.is_public,
    }
    for group in (ticket_group(event.ticket_id), STAFF):
        send(group, message)
