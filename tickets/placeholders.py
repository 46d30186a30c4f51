"""Placeholders in macros and canned replies: `{{ requester.name }}` becomes the requester's name."""

import re
from collections.abc import Callable

from tickets.models import Ticket, User

PLACEHOLDER = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
VALUES: dict[str, Callable[[Ticket, User], str]] = {
    "requester.name": lambda ticket, _: ticket.requester.display_name,
    "requester.first_name": lambda ticket, _: ticket.requester.get_short_name(),
    "requester.email": lambda ticket, _: ticket.requester.email,
    "organization.name": lambda ticket, _: ticket.organization.name if ticket.organization else "",
    "ticket.reference": lambda ticket, _: ticket.reference,
    "ticket.title": lambda ticket, _: ticket.title,
    "assignee.name": lambda ticket, _: ticket.assignee.display_name if ticket.assignee else "",
    "team.name": lambda ticket, _: ticket.team.name if ticket.team else "",
    "me.name": lambda _, me: me.display_name,
    "me.signature": lambda _, me: me.signature,
}
NAMES = tuple(VALUES)


def unknown(template: str) -> list[str]:
    """Return the placeholders of a text that stand for nothing."""
    return sorted({name for name in PLACEHOLDER.findall(template) if name not in VALUES})


def fill(template: str, *, ticket: Ticket, me: User) -> str:
    """Return the text with its placeholders filled in; unknown ones stay as they are."""
    return PLACEHOLDER.sub(lambda m: VALUES[m[1]](ticket, me) if m[1] in VALUES else m[0], template)
