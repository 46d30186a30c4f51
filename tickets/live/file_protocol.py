"""The file protocol: following what is done with an uploaded file."""

from typing import Any

from channels.db import database_sync_to_async

from tickets.choices import WorkState
from tickets.errors import NotFound
from tickets.live import messages
from tickets.live.request import SUBSCRIPTION, Handler, Request
from tickets.models import Attachment, FileJob, User

STATUS = {
    WorkState.QUEUED: "queued",
    WorkState.RUNNING: "processing",
    WorkState.DONE: "completed",
    WorkState.QUARANTINED: "failed",
}


def find_job(job_id: int, user: User) -> FileJob:
    """Return the job of a file the user may see. Raises NotFound."""
    files = Attachment.objects.visible_to(user)
    job = FileJob.objects.select_related("attachment").filter(pk=job_id, attachment__in=files).first()
    if job is None:
        raise NotFound("There is no such job, or its file is not yours to see.")
    return job


def status_of(job: FileJob) -> dict[str, Any]:
    """Return the state of a job as `job_status` has it."""
    return {
        "job_id": job.pk,
        "ticket_id": job.attachment.ticket_id,
        "filename": job.attachment.filename,
        "file_size": job.attachment.file_size,
        "processing_status": STATUS[WorkState(job.state)],
        "stage": job.stage,
        "attempts": job.attempts,
        "finished_at": job.finished_at,
    }


async def subscribe_job(request: Request) -> None:
    """Follow the processing of one file; the answer says how far it is."""
    job_id = messages.id_from(request.data, "job_id")
    socket = request.socket
    if job_id not in socket.jobs:
        request.check_room()
    job = await database_sync_to_async(find_job)(job_id, socket.user)
    socket.follow_job(job_id, job.attachment.ticket_id)
    # Read again now that the socket listens: what happened in between is in the answer.
    job = await database_sync_to_async(find_job)(job_id, socket.user)
    await request.answer(SUBSCRIPTION, {"subscribed": True, **status_of(job)})


async def unsubscribe_job(request: Request) -> None:
    """Stop following a job; harmless where it was not followed."""
    job_id = messages.id_from(request.data, "job_id")
    request.socket.unfollow_job(job_id)
    await request.answer(SUBSCRIPTION, {"job_id": job_id, "subscribed": False})


async def get_job_status(request: Request) -> None:
    """Answer how far the processing is."""
    job_id = messages.id_from(request.data, "job_id")
    job = await database_sync_to_async(find_job)(job_id, request.socket.user)
    await request.answer("job_status", status_of(job))


HANDLERS: dict[str, Handler] = {
    "subscribe_job": subscribe_job,
    "unsubscribe_job": unsubscribe_job,
    "get_job_status": get_job_status,
}
