"""News of uploaded files, for those who follow the job or its ticket."""

from collections.abc import Sequence
from typing import Any

from django.db import close_old_connections

from tickets import work
from tickets.choices import EventKind, WorkState
from tickets.live import messages
from tickets.live.items import Item, job_group, ticket_group
from tickets.live.pushing import send
from tickets.models import FileJob, TicketEvent
from tickets.publisher import publisher


def content_path(attachment_id: int) -> str:
    """Return where a file is downloaded from."""
    return f"/api/v1/files/{attachment_id}/content"


def push_upload(events: Sequence[TicketEvent]) -> None:
    """Tell that files were taken in and their processing was asked for."""
    send([started(event) for event in events if event.kind == EventKind.ATTACHMENT_ADDED])


def started(event: TicketEvent) -> Item:
    """Return the news of an upload, from its event."""
    data = {name: event.data.get(name) for name in ("job_id", "filename", "file_size")}
    data |= {"ticket_id": event.ticket_id, "timestamp": event.occurred_at}
    text = messages.push(messages.FILE, "file_upload_started", data)
    return Item(groups=[ticket_group(event.ticket_id)], texts=[text], staff_only=not event.is_public)


@work.settled(FileJob)
def tell(job: FileJob) -> None:
    """Have told that the processing of a file ended."""
    publisher.say(push_jobs, job.pk)


def push_jobs(job_ids: Sequence[int]) -> None:
    """Tell how the processing of these files ended."""
    try:
        jobs = list(FileJob.objects.filter(pk__in=job_ids).select_related("attachment"))
    finally:
        close_old_connections()
    send([ended(job) for job in jobs if job.state in (WorkState.DONE, WorkState.QUARANTINED)])


def ended(job: FileJob) -> Item:
    """Return the news of a finished job."""
    file = job.attachment
    data: dict[str, Any] = {"job_id": job.pk, "filename": file.filename, "ticket_id": file.ticket_id}
    data["timestamp"] = job.finished_at
    if job.state == WorkState.DONE:
        kind, data = "file_upload_completed", data | {"file_path": content_path(file.pk)}
    else:
        kind, data = "file_processing_failed", data | {"error": public_reason(job), "stage": job.stage}
    groups = [job_group(job.pk), ticket_group(file.ticket_id)]
    return Item(groups=groups, texts=[messages.push(messages.FILE, kind, data)], staff_only=file.is_internal)


def public_reason(job: FileJob) -> str:
    """Return why it failed in words for a reader: what we said ourselves, never an exception's inside."""
    name, _, reason = job.last_error.partition(": ")
    return reason if name == work.PermanentError.__name__ else "The file could not be processed."
