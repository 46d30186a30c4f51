"""Telling the staff who follow a ticket that it was triaged."""

from collections.abc import Mapping, Sequence
from typing import Any

from tickets.live import messages
from tickets.live.items import Item, ticket_group
from tickets.live.pushing import send


def push_triaged(told: Sequence[Mapping[str, Any]]) -> None:
    """Send the outcomes of finished triages, as `ai.actions.triage.outcome` gives them; on the publisher's thread."""
    send([item_of(one) for one in told])


def item_of(outcome: Mapping[str, Any]) -> Item:
    """Return the news for one ticket; advice is the desk's own, so requesters do not hear of it."""
    data = {**outcome, "timestamp": messages.now_text()}
    text = messages.push(messages.TICKET, "ai_categorization_complete", data)
    ticket = outcome["ticket_id"]
    return Item(groups=[ticket_group(ticket)], texts=[text], ticket_id=ticket, staff_only=True)
