"""Reactions of this room to its own events."""

from django.db import transaction

from tickets.live.pushing import push
from tickets.models import TicketEvent
from tickets.publisher import publisher


def push_live(event: TicketEvent) -> None:
    """Tell the open pages and sockets, once the event is committed."""
    transaction.on_commit(lambda: publisher.say(push, event))
