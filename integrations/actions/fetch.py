"""Files from there: asked for with the comment or record that shows them, fetched by a worker, put on the ticket once."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from integrations import health
from integrations.actions.linking import speaker
from integrations.choices import PartKind
from integrations.errors import Busy, Refused, RemoteError
from integrations.models import ExternalLink, ExternalPart, InboundFile
from integrations.opened import opened
from integrations.origin import news_from
from integrations.provider import RemoteFile
from integrations.turns import later
from tickets import work
from tickets.actions.files import attach_file
from tickets.choices import Channel
from tickets.errors import DomainError
from tickets.models import Attachment, Comment

FILES_AT_MOST = 50  # of one comment or record


def ask_for_files(link: ExternalLink, files: Iterable[RemoteFile], comment: Comment | None, *, internal: bool) -> None:
    """Have files fetched that are not here and not asked for. Needs the ticket locked."""
    known = set(link.parts.filter(kind=PartKind.FILE).values_list("remote_id", flat=True))
    known |= set(link.inbound_files.values_list("remote_id", flat=True))
    for file in list(files)[:FILES_AT_MOST]:
        if file.id not in known and len(file.id) <= 200:
            known.add(file.id)
            row = InboundFile(link=link, remote_id=file.id, filename=file.filename[:300], url=file.url, comment=comment)
            row.is_internal = internal
            work.enqueue(row)


@work.handles(InboundFile)
def carry_out(row: InboundFile) -> None:
    """Fetch a file and put it on the ticket, under the desk's own rules for files. Raises RemoteError."""
    connection = row.link.connection
    if ExternalPart.objects.filter(link=row.link, kind=PartKind.FILE, remote_id=row.remote_id).exists():
        return
    if not connection.is_enabled:
        raise Refused("The connection is switched off.")
    try:
        with opened(connection) as provider:
            content = provider.fetch(row.url, settings.MAX_UPLOAD_BYTES)
        _attach(row, content)
    except DomainError as error:
        raise Refused(error.sentence) from error
    except Busy as busy:
        later(row, busy, timedelta(seconds=busy.wait))
    except RemoteError as error:
        if not isinstance(error, Refused):
            health.note_trouble(connection, error)
        raise


@transaction.atomic
def _attach(row: InboundFile, content: bytes) -> None:
    """Put the file on the ticket, unless it is there already: one of ours may have come back before we knew its id."""
    connection, digest = row.link.connection, hashlib.sha256(content).hexdigest()
    if Attachment.objects.filter(ticket=row.link.ticket_id, sha256=digest, removed_at=None).exists():
        return
    with news_from(connection.pk):
        attachment = attach_file(
            ticket=row.link.ticket,
            by=speaker(connection),
            via=Channel.WEBHOOK,
            file=ContentFile(content),
            filename=row.filename,
            comment=row.comment,
            internal=row.is_internal,
        )
        same = {"link": row.link, "kind": PartKind.FILE, "remote_id": row.remote_id}
        ExternalPart.objects.create(**same, attachment=attachment)
