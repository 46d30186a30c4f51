"""Files on tickets: taken in, looked at, removed."""

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from tickets import work
from tickets.actions.locking import lock, record
from tickets.choices import Channel, EventKind
from tickets.errors import DomainError, Invalid, TooLarge
from tickets.models import Attachment, Comment, FileJob, Ticket, User
from tickets.permissions import Actor, require
from tickets.sniffing import sniff

FILENAME_LENGTH = 150
UNFIT = re.compile(r'[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff"<>|:*?]')


def clean_filename(name: str) -> str:
    """Return a name safe to keep and show: no folders, no control or direction characters, not too long, never empty."""
    last = unicodedata.normalize("NFC", UNFIT.sub("", name)).replace("\\", "/").rpartition("/")[2]
    path = PurePosixPath(" ".join(last.split()).strip(" ."))
    suffix = path.suffix[:20]
    return f"{path.stem[: FILENAME_LENGTH - len(suffix)]}{suffix}" or "file"


def attach_file(
    *,
    ticket: Ticket,
    by: Actor,
    via: Channel,
    file: "File[Any]",
    filename: str | None = None,
    comment: Comment | None = None,
    internal: bool = False,
) -> Attachment:
    """Store a file on a ticket (with `comment`, as part of that reply or note) and have it looked at; `attachment.job` follows it.

    A file on an internal note is internal too. Raises TooLarge, UnsupportedType, Invalid, NotAllowed, NotFound, and then nothing stays
    behind.
    """
    now = timezone.now()
    name = clean_filename(filename or file.name or "")
    require(by, "ticket.attach", ticket)  # before any byte is written
    if comment is not None and comment.ticket_id != ticket.pk:
        raise Invalid({"comment": ["The comment belongs to another ticket."]})
    internal = internal or (comment is not None and comment.is_internal)
    size, digest = measure(file)
    attachment = Attachment(
        ticket=ticket,
        comment=comment,
        uploaded_by=by if isinstance(by, User) else None,
        filename=name,
        file_type=sniff(file, name),
        file_size=size,
        sha256=digest,
        is_internal=internal,
    )
    file.seek(0)
    attachment.file.save(uuid4().hex, file, save=False)  # the sender's name never reaches the disk
    try:
        with transaction.atomic():
            ticket = lock(ticket, "ticket.attach", by)
            if internal:
                require(by, "ticket.work", ticket)
            attachment.save()
            job = work.enqueue(FileJob(attachment=attachment))
            data = {"attachment_id": attachment.pk, "job_id": job.pk, "filename": name, "file_size": size}
            record(
                ticket,
                EventKind.ATTACHMENT_ADDED,
                by=by,
                via=via,
                at=now,
                data=data | _said_in(comment),
                public=not internal,
            )
    except BaseException:
        attachment.file.delete(save=False)
        raise
    return attachment


def _said_in(comment: Comment | None) -> dict[str, int]:
    return {"comment_id": comment.pk} if comment else {}


def measure(file: "File[Any]") -> tuple[int, str]:
    """Return size and SHA-256, read piece by piece. Raises TooLarge past the limit, Invalid for an empty file."""
    size, digest = 0, hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        size += len(chunk)
        if size > settings.MAX_UPLOAD_BYTES:
            raise too_large()
        digest.update(chunk)
    if not size:
        raise Invalid({"file": ["The file is empty."]})
    return size, digest.hexdigest()


def too_large() -> TooLarge:
    limit = settings.MAX_UPLOAD_BYTES
    return TooLarge(f"Send a file of at most {limit // 1024**2 or limit} {'MB' if limit >= 1024**2 else 'bytes'}.")


def remove_attachment(*, attachment: Attachment, by: User, via: Channel) -> Attachment:
    """Take a file off its ticket and erase it; the timeline keeps that it was there."""
    now = timezone.now()
    with transaction.atomic():
        ticket = lock(attachment.ticket, "ticket.attach", by)
        attachment = Attachment.objects.get(pk=attachment.pk)
        require(by, "attachment.remove", attachment)
        if attachment.removed_at:
            return attachment
        stored = str(attachment.file.name)
        attachment.removed_at = now
        attachment.save(update_fields=["removed_at"])
        data = {"attachment_id": attachment.pk, "filename": attachment.filename}
        public = not attachment.is_internal
        record(ticket, EventKind.ATTACHMENT_REMOVED, by=by, via=via, at=now, data=data, public=public)
        transaction.on_commit(lambda: default_storage.delete(stored))
    return attachment


@work.handles(FileJob)
def look_at(job: FileJob) -> None:
    """Check that what was stored is what was sent, and is what it was taken for."""
    attachment = job.attachment
    if attachment.removed_at:
        return
    try:
        with attachment.file.open("rb") as stored:
            _, digest = measure(stored)
            file_type = sniff(stored, attachment.filename)
    except FileNotFoundError:
        raise work.PermanentError("The stored file is gone.") from None
    except DomainError as error:  # emptied since, or no longer accepted: looking again finds the same
        raise work.PermanentError(error.detail) from error
    if digest != attachment.sha256 or file_type != attachment.file_type:
        raise work.PermanentError("The stored file is not what was uploaded.")
