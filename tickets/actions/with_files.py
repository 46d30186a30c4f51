"""Writing something and attaching files in one go: all of it, or nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files import File
from django.db import transaction

from tickets.actions.conversation import add_comment
from tickets.actions.files import attach_file, clean_filename, measure
from tickets.actions.tickets import create_ticket
from tickets.choices import Channel
from tickets.errors import Invalid
from tickets.models import Attachment, Comment, Ticket, User
from tickets.sniffing import sniff

FILES_AT_MOST = 10
Files = Sequence["File[Any]"]


def check_files(files: Files) -> None:
    """Raise TooLarge, UnsupportedType or Invalid for the first file that would be refused, before anything is written."""
    if len(files) > FILES_AT_MOST:
        raise Invalid({"files": [f"Attach at most {FILES_AT_MOST} files at a time."]})
    for file in files:
        measure(file)
        sniff(file, clean_filename(file.name or ""))


def attach_files(
    *, ticket: Ticket, by: User, via: Channel, files: Files, comment: Comment | None = None
) -> list[Attachment]:
    """Store every file, or none of them. Raises what `attach_file` raises."""
    check_files(files)
    with transaction.atomic():
        return [attach_file(ticket=ticket, by=by, via=via, file=file, comment=comment) for file in files]


def create_ticket_with_files(*, by: User, via: Channel, fields: Mapping[str, Any], files: Files) -> Ticket:
    """Create a ticket that comes with files. Raises what `create_ticket` and `attach_file` raise."""
    check_files(files)
    with transaction.atomic():
        ticket = create_ticket(by=by, via=via, fields=fields)
        attach_files(ticket=ticket, by=by, via=via, files=files)
    return ticket


def add_comment_with_files(
    *, ticket: Ticket, by: User, via: Channel, body: str, files: Files, internal: bool = False
) -> Comment | None:
    """Add a reply or note and its files; without words the files stand alone and None is returned.

    Raises what `add_comment` and `attach_file` raise.
    """
    check_files(files)
    with transaction.atomic():
        comment = None
        if body.strip() or not files:
            comment = add_comment(ticket=ticket, by=by, via=via, body=body, internal=internal)
        attach_files(ticket=ticket, by=by, via=via, files=files, comment=comment)
    return comment
