"""What a composer sends in one go: words, files, and changes to the ticket. All of it happens, or none."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files import File
from django.db import transaction

from tickets.actions.conversation import add_comment
from tickets.actions.files import attach_file
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel, Status
from tickets.models import Attachment, Comment, Ticket, User


def respond(
    *,
    ticket: Ticket,
    by: User,
    via: Channel,
    body: Any,
    internal: bool = False,
    files: "Iterable[File[Any]]" = (),
    changes: Mapping[str, Any] | None = None,
    base_version: int | None = None,
) -> Comment:
    """Add a reply or note with its files and change the ticket; resolving takes the words as the resolution where none is given.

    Raises what the single actions raise, and then nothing of it has happened.
    """
    changes = dict(changes or {})
    if changes.get("status") == Status.RESOLVED and not ticket.resolution:
        changes.setdefault("resolution", body)
    stored: list[Attachment] = []
    try:
        with transaction.atomic():
            if changes:
                change_ticket(ticket=ticket, by=by, via=via, changes=changes, base_version=base_version)
            comment = add_comment(ticket=ticket, by=by, via=via, body=body, internal=internal)
            for file in files:
                stored.append(attach_file(ticket=ticket, by=by, via=via, file=file, comment=comment))
    except BaseException:
        for attachment in stored:
            attachment.file.delete(save=False)
        raise
    return comment
