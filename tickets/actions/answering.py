"""Answering and changing a ticket in one go, as the composer's "reply and set pending" and macros do."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.files import File
from django.db import transaction

from tickets.actions.conversation import add_comment
from tickets.actions.files import attach_file
from tickets.actions.tickets import change_ticket, create_ticket
from tickets.choices import Channel, Status
from tickets.models import Attachment, Ticket, User


def answer_ticket(
    *,
    ticket: Ticket,
    by: User,
    via: Channel,
    body: str,
    internal: bool = False,
    changes: Mapping[str, Any] | None = None,
    base_version: int | None = None,
    files: "Iterable[File[Any]]" = (),
) -> Ticket:
    """Add the comment (where `body` has words) with its files and make the changes; all or nothing. Returns the ticket afterwards.

    A status of resolved takes the words as the resolution where the ticket has none. Raises what the single actions raise.
    """
    changes = dict(changes or {})
    if changes.get("status") == Status.RESOLVED and not ticket.resolution and body.strip():
        changes.setdefault("resolution", body)
    with _together() as stored:
        if changes:
            ticket = change_ticket(ticket=ticket, by=by, via=via, changes=changes, base_version=base_version)
        comment = None
        if body.strip():
            comment = add_comment(ticket=ticket, by=by, via=via, body=body, internal=internal)
            ticket = comment.ticket
        for file in files:
            stored.append(attach_file(ticket=ticket, by=by, via=via, file=file, comment=comment, internal=internal))
            ticket = stored[-1].ticket
    return ticket


def open_ticket(*, by: User, via: Channel, fields: Mapping[str, Any], files: "Iterable[File[Any]]" = ()) -> Ticket:
    """Create a ticket together with its files; all or nothing. Raises what `create_ticket` and `attach_file` raise."""
    with _together() as stored:
        ticket = create_ticket(by=by, via=via, fields=fields)
        for file in files:
            stored.append(attach_file(ticket=ticket, by=by, via=via, file=file))
            ticket = stored[-1].ticket
    return ticket


@contextmanager
def _together() -> Iterator[list[Attachment]]:
    """Open a transaction; where it fails, the files stored in it are erased too, as their rows are."""
    stored: list[Attachment] = []
    try:
        with transaction.atomic():
            yield stored
    except BaseException:
        for attachment in stored:
            attachment.file.delete(save=False)
        raise
