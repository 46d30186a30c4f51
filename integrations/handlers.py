"""Reactions of this room to what happens to tickets, in the same transaction: rows of deliveries and news, nothing else."""

from collections.abc import Sequence

from integrations.actions import call_hooks, hand_on, spread
from integrations.connected import enabled_connections
from integrations.models import ExternalLink, MailMessage, MappedField
from integrations.notifications import hearing
from integrations.origin import bringing
from integrations.translation import OUTWARD
from tickets.choices import EventKind
from tickets.models import Attachment, Comment, TicketEvent

HEARD = (
    EventKind.TICKET_CREATED,
    EventKind.TICKET_CHANGED,
    EventKind.COMMENT_ADDED,
    EventKind.COMMENT_EDITED,
    EventKind.COMMENT_REDACTED,
    EventKind.ATTACHMENT_ADDED,
)
NEWS = hearing.LISTENED_TO


def note_news(events: Sequence[TicketEvent]) -> None:
    """Write down that people have to be told of the events."""
    spread.note_news(events)


def tell_hooks(events: Sequence[TicketEvent]) -> None:
    """Ask for the calls of webhooks that the events bring."""
    call_hooks.ask_for_calls(events)


def deliver_news(events: Sequence[TicketEvent]) -> None:
    """Ask for the deliveries that an event brings, to every connection but the one it came from."""
    connections = {row.pk: row for row in enabled_connections() if row.pk != bringing()}
    if not connections:
        return
    for event in events:
        if event.kind == EventKind.TICKET_CREATED:
            for connection in connections.values():
                if hand_on.fits(connection, event.ticket):
                    hand_on.begin(connection, event.ticket)
            continue
        for link in ExternalLink.objects.filter(ticket=event.ticket_id, connection__in=connections):
            link.connection = connections[link.connection_id]
            _tell(link, event)


def _tell(link: ExternalLink, event: TicketEvent) -> None:
    if event.kind == EventKind.ATTACHMENT_ADDED:
        hand_on.send_file(link, Attachment.objects.get(pk=event.data["attachment_id"]))
        return
    if event.kind in (EventKind.COMMENT_EDITED, EventKind.COMMENT_REDACTED):
        hand_on.send_edit(link, Comment.objects.get(pk=event.data["comment_id"]))
        return
    if event.kind == EventKind.COMMENT_ADDED:
        hand_on.send_comment(link, Comment.objects.get(pk=event.data["comment_id"]))
    if event.changes and _concerns(link, event):  # a reply may reopen the ticket
        hand_on.update(link)


def _concerns(link: ExternalLink, event: TicketEvent) -> bool:
    return MappedField.objects.filter(
        connection=link.connection_id, ours__in=list(event.changes), direction__in=OUTWARD
    ).exists()


def forget_quotes(events: Sequence[TicketEvent]) -> None:
    """Erase what the mail of a redacted comment quoted."""
    MailMessage.objects.filter(comment__in=[event.data["comment_id"] for event in events]).update(folded="")
