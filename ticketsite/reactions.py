"""Who reacts to what: every kind of event and the handlers that run with it, in order, in the same transaction."""

from collections.abc import Callable

from sla import handlers as sla
from tickets import handlers as tickets
from tickets.choices import EventKind
from tickets.models import TicketEvent

REACTIONS: dict[str, list[Callable[[TicketEvent], None]]] = {
    kind: [sla.keep_clocks, tickets.push_live] for kind in EventKind
}
REACTIONS[EventKind.ATTACHMENT_ADDED].append(tickets.push_file_news)

# To tickets whose past was written at once, by an import or the demo: their numbers, some hundreds at a time.
HISTORY_REACTIONS: list[Callable[[list[int]], None]] = [sla.backfill_written]
