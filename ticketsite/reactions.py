"""Who reacts to what: every kind of event and the handlers that run with it, in order, in the same transaction.

A handler is given the events of one action, oldest first: nearly always one, hundreds from the watch over service levels.
"""

from collections.abc import Callable, Sequence

from ai import handlers as ai
from ai.similar.index import wait_for
from integrations import handlers as integrations
from sla import handlers as sla
from tickets import handlers as tickets
from tickets.choices import EventKind
from tickets.models import TicketEvent

REACTIONS: dict[str, list[Callable[[Sequence[TicketEvent]], None]]] = {
    kind: [sla.keep_clocks, tickets.push_live, ai.foretell_anew, integrations.tell_hooks] for kind in EventKind
}
REACTIONS[EventKind.TICKET_CHANGED].append(ai.index_texts)
for moving_on in (EventKind.TICKET_CHANGED, EventKind.TICKET_MERGED, EventKind.TICKET_ARCHIVED):
    REACTIONS[moving_on].append(ai.discard_suggestions)
REACTIONS[EventKind.ATTACHMENT_ADDED].append(tickets.push_file_news)
REACTIONS[EventKind.TICKET_CREATED].append(ai.look_at_new)
REACTIONS[EventKind.TICKET_CHANGED].append(ai.learn_from_choice)
REACTIONS[EventKind.COMMENT_REDACTED].append(integrations.forget_quotes)
for heard in integrations.HEARD:
    REACTIONS[heard].append(integrations.deliver_news)
for news in integrations.NEWS:
    REACTIONS[news].append(integrations.note_news)

# To tickets whose past was written at once, by an import or the demo: their numbers, some hundreds at a time.
HISTORY_REACTIONS: list[Callable[[list[int]], None]] = [sla.backfill_written, wait_for]
