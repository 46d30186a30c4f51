"""Reactions of this room to its own events."""

from django.db import transaction

from tickets.live.file_pushing import push_upload
from tickets.live.pushing import push
from tickets.models import TicketEvent
from tickets.publisher import publisher


def push_live(event: TicketEvent) -> None:
    """Tell the open pages and sockets, once the event is committed."""
    transaction.on_commit(lambda: publisher.say(push, event))


def push_file_news(event: TicketEvent) -> None:
    """Tell those who follow the ticket that a file was taken in."""
    transaction.on_commit(lambda: publisher.say(push_upload, event))
