"""Answering and changing a ticket in one go, as the composer's "reply and set pending" and macros do."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tickets.actions.conversation import add_comment
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel
from tickets.models import Ticket, User


def answer_ticket(
    *,
    ticket: Ticket,
    by: User,
    via: Channel,
    body: str,
    internal: bool = False,
    changes: Mapping[str, Any] | None = None,
    base_version: int | None = None,
) -> Ticket:
    """Add the comment (where `body` has words) and make the changes; both or none. Returns the ticket as it is afterwards.

    Raises what `add_comment` and `change_ticket` raise.
    """
    with transaction.atomic():
        if changes:
            ticket = change_ticket(ticket=ticket, by=by, via=via, changes=changes, base_version=base_version)
        if body.strip():
            ticket = add_comment(ticket=ticket, by=by, via=via, body=body, internal=internal).ticket
    return ticket
