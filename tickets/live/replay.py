"""What a client missed, from the log."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from tickets.choices import EventKind
from tickets.errors import NoSuchTicket
from tickets.live import messages
from tickets.live.pushing import comment_of, list_text, texts_of
from tickets.models import Comment, Ticket, TicketEvent, User

REPLAYED_AT_MOST = 200


@dataclass
class Missed:
    """The texts that were missed, oldest first; `complete` is False where there were too many to tell one by one."""

    version: int
    texts: list[str]
    complete: bool


def missed(ticket_id: int, user: User, after: int | None) -> Missed:
    """Return what happened to the ticket after a version, as this user may see it. Raises NotFound."""
    ticket = Ticket.objects.visible_to(user).filter(pk=ticket_id).first()
    if ticket is None:
        raise NoSuchTicket
    if after is None or after >= ticket.version:
        return Missed(ticket.version, [], True)
    log = TicketEvent.objects.visible_to(user).filter(ticket=ticket, version__gt=after).order_by("version")
    events = list(log[: REPLAYED_AT_MOST + 1])
    if len(events) > REPLAYED_AT_MOST:
        return Missed(ticket.version, [], False)
    comments = Comment.objects.visible_to(user).in_bulk([pk for event in events if (pk := comment_of(event))])
    return Missed(ticket.version, [text for event in events for text in texts_of(event, comments)], True)


def missed_in_lists(user: User, seconds: float) -> list[str]:
    """Return what happened in the lists of a user lately, or that it was too much to tell one by one."""
    since = timezone.now() - timedelta(seconds=seconds)
    log = TicketEvent.objects.visible_to(user).filter(
        kind__in=EventKind.values, occurred_at__gte=since
    )  # as the index is
    events = list(log.order_by("occurred_at", "pk")[: REPLAYED_AT_MOST + 1])
    return [list_text(event) for event in events] if len(events) <= REPLAYED_AT_MOST else [messages.lists_lost()]
