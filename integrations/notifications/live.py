"""Telling open pages that the bell has something new."""

from collections.abc import Sequence

from tickets.live import messages
from tickets.live.items import Item, person_group
from tickets.live.pushing import send


def push_bells(people: Sequence[int]) -> None:
    """Tell the sockets of these people (ids). For the publisher's thread."""
    text = messages.push(messages.TICKET, "notified", {})
    send([Item(groups=[person_group(pk) for pk in dict.fromkeys(people)], texts=[text])])
