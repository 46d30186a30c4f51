"""Taking a ticket for a write, and saving it together with its next event."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tickets import events
from tickets.choices import Channel, EventKind
from tickets.errors import NoSuchTicket
from tickets.models import Ticket, TicketEvent
from tickets.permissions import Actor, require


def lock(ticket: Ticket, verb: str, by: Actor) -> Ticket:
    """Return a fresh, locked copy of the ticket after asking whether `by` may do `verb`. Needs a surrounding transaction."""
    try:
        fresh = (
            Ticket.objects.select_for_update(of=("self",)).select_related("requester", "organization").get(pk=ticket.pk)
        )
    except Ticket.DoesNotExist:
        raise NoSuchTicket from None
    require(by, verb, fresh)
    return fresh


def record(
    ticket: Ticket,
    kind: EventKind,
    *,
    by: Actor,
    via: Channel,
    at: datetime,
    columns: Iterable[str] = (),
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    data: Mapping[str, Any] | None = None,
    public: bool = True,
) -> TicketEvent:
    """Save the named columns of a locked ticket with its new version, and append the event."""
    ticket.version += 1
    ticket.updated_at = max(at, ticket.updated_at)
    ticket.save(update_fields=[*columns, "version", "updated_at"])
    return events.append(ticket, kind, by=by, via=via, at=at, changes=changes, data=data, public=public)
