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

Handler = Callable[[Sequence[TicketEvent]], None]
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


def unsaved(
    kind: EventKind,
    version: int,
    *,
    by: Actor,
    via: Channel,
    at: datetime,
    changes: Changes | None,
    data: Mapping[str, Any] | None,
    public: bool,
) -> TicketEvent:
    """Return an event that is not stored yet and lacks its ticket."""
    return TicketEvent(
        version=version,
        kind=kind,
        actor_id=by.pk if isinstance(by, User) else None,
        actor_name=actor_name(by),
        channel=via,
        occurred_at=at,
        changes={field: list(pair) for field, pair in (changes or {}).items()},
        data=dict(data or {}),
        is_public=public,
    )


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
    event = unsaved(kind, ticket.version, by=by, via=via, at=at, changes=changes, data=data, public=public)
    event.ticket = ticket
    event.save(force_insert=True)
    _tell([event])
    return event


def append_all(events: Sequence[TicketEvent]) -> None:
    """Write prepared events of many locked tickets at once and run the handlers. The tickets' versions are saved by the caller."""
    insert(TicketEvent, events)
    _tell(events)


def _tell(events: Sequence[TicketEvent]) -> None:
    """Call each handler once, with the events of the kinds it reacts to, in their order."""
    heard: dict[Handler, list[TicketEvent]] = {}
    for event in events:
        for handler in reactions().get(event.kind, ()):
            heard.setdefault(handler, []).append(event)
    for handler, news in heard.items():
        handler(news)


def actor_name(by: Actor) -> str:
    return by.name if isinstance(by, System) else by.display_name
