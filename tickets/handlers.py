"""Reactions of this room to its own events."""

from collections.abc import Callable, Sequence
from functools import partial

from django.db import transaction

from tickets.live.file_pushing import push_upload
from tickets.live.pushing import push
from tickets.models import TicketEvent
from tickets.publisher import publisher


def push_live(events: Sequence[TicketEvent]) -> None:
    """Tell the open pages and sockets, once the events are committed."""
    transaction.on_commit(partial(_say, push, events))


def push_file_news(events: Sequence[TicketEvent]) -> None:
    """Tell those who follow the tickets that files were taken in."""
    transaction.on_commit(partial(_say, push_upload, events))


def _say(function: Callable[[list[TicketEvent]], None], events: Sequence[TicketEvent]) -> None:
    for event in events:
        publisher.say(function, event)
