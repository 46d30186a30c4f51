"""Who reacts to what: every kind of event and the handlers that run with it, in order, in the same transaction."""

from collections.abc import Callable

from tickets import handlers as tickets
from tickets.choices import EventKind
from tickets.models import TicketEvent

REACTIONS: dict[str, list[Callable[[TicketEvent], None]]] = {kind: [tickets.push_live] for kind in EventKind}
REACTIONS[EventKind.ATTACHMENT_ADDED].append(tickets.push_file_news)
