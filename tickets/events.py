"""Appending to the event log, and telling whoever reacts.

Called inside an action's transaction with the ticket's row locked. The handlers come from the table that `settings.REACTIONS` names;
they run in the same transaction and write rows only.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from tickets.bulk import insert
from tickets.choices import Channel, EventKind
from tickets.models import Ticket, TicketEvent, User
from tickets.permissions import Actor, System

Handler = Callable[[TicketEvent], None]
Changes = Mapping[str, tuple[Any, Any]]


@cache
def reactions() -> Mapping[str, list[Handler]]:
    """Return the table of event kind → handlers."""
    table: Mapping[str, list[Handler]] = import_string(settings.REACTIONS)
    return table


def history_written(tickets: list[int]) -> None:
    """Tell those who react to pasts that were written at once, in the same transaction."""
    handlers: list[Callable[[list[int]], None]] = import_string(settings.HISTORY_REACTIONS)
    for handler in handlers:
        handler(tickets)


def append(
    ticket: Ticket,
    kind: EventKind,
    *,
    by: Actor,
    via: Channel,
    at: datetime,
    changes: Changes | None = None,
    data: Mapping[str, Any] | None = None,
    public: bool = True,
) -> TicketEvent:
    """Write the event of the ticket's present version and run the handlers for its kind."""
    event = TicketEvent.objects.create(
        ticket=ticket,
        version=ticket.version,
        kind=kind,
        actor=by if isinstance(by, User) else None,
        actor_name=actor_name(by),
        channel=via,
        occurred_at=at,
        changes={field: list(pair) for field, pair in (changes or {}).items()},
        data=dict(data or {}),
        is_public=public,
    )
    for handler in reactions().get(kind, ()):
        handler(event)
    return event


def append_all(events: Sequence[TicketEvent]) -> None:
    """Write prepared events of many locked tickets at once and run the handlers for each. Their versions are saved by the caller."""
    insert(TicketEvent, events)
    for event in events:
        for handler in reactions().get(event.kind, ()):
            handler(event)


def actor_name(by: Actor) -> str:
    return by.name if isinstance(by, System) else by.display_name
