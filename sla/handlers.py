"""Reactions of this room to what happens to tickets, in the same transaction."""

from collections.abc import Sequence

from sla import log
from sla.actions import clocks
from sla.models import Backfill
from tickets import work
from tickets.models import TicketEvent


def keep_clocks(events: Sequence[TicketEvent]) -> None:
    """Bring the tickets' clocks up to date with what just happened."""
    for event in events:
        if log.concerns_clocks(event):
            clocks.follow(event)


def backfill_written(tickets: list[int]) -> None:
    """Let a worker reckon the clocks of tickets whose past was written at once."""
    work.enqueue(Backfill(tickets=tickets))
