"""What this room does when something happens to tickets. Same transaction, rows only."""

from collections.abc import Sequence

from django.utils import timezone

from ai.actions import risk, similar, triage
from ai.risk.log import READ
from ai.similar import index
from tickets.choices import CLOSED_STATUSES, EventKind
from tickets.models import TicketEvent

READ_LATER = frozenset(READ) - {EventKind.TICKET_CREATED}
GONE = (EventKind.TICKET_MERGED, EventKind.TICKET_ARCHIVED)


def index_texts(events: Sequence[TicketEvent]) -> None:
    """Let the index of similar tickets look at texts that were changed."""
    changed = [event.ticket_id for event in events if changes_text(event)]
    if changed:
        index.wait_for(changed)


def discard_suggestions(events: Sequence[TicketEvent]) -> None:
    """Take back suggested resolutions of tickets that now say something else, or are done with."""
    moved = {event.ticket_id for event in events if moves_on(event)}
    if moved:
        similar.discard_suggestions(tickets=moved, now=max(event.occurred_at for event in events))


def moves_on(event: TicketEvent) -> bool:
    status = event.changes.get("status", (None, None))[1]
    return changes_text(event) or status in CLOSED_STATUSES or event.kind in GONE


def changes_text(event: TicketEvent) -> bool:
    return event.kind == EventKind.TICKET_CHANGED and (event.changed("title") or event.changed("description"))


def foretell_anew(events: Sequence[TicketEvent]) -> None:
    """Let the forecasts of tickets be made anew when what they rest on has changed; of new ones when they are looked at."""
    if tickets := {event.ticket_id for event in events if event.kind in READ_LATER}:
        risk.ask_anew(sorted(tickets), timezone.now())


def look_at_new(events: Sequence[TicketEvent]) -> None:
    """Have new tickets looked at by a worker: triaged, indexed, foretold. One row is all that this adds to creating one."""
    for event in events:
        triage.ask_triage(event.ticket)


def learn_from_choice(events: Sequence[TicketEvent]) -> None:
    """Note what people's changes say about what was advised."""
    for event in events:
        triage.learn_from_choice(event)
