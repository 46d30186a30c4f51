"""Celery tasks of this room: claim and call."""

from celery import shared_task
from django.apps import apps
from django.utils import timezone

from tickets import mail, work
from tickets.actions import files
from tickets.imports import runner
from tickets.live import file_pushing

CARRIED_OUT_BY = (mail.send, files.look_at, runner.carry_out)  # named here so that every worker has loaded them
TOLD_TO = (file_pushing.tell,)


@shared_task(name="tickets.run_work")
def run_work(label: str, pk: int) -> None:
    """Carry out one row of durable work, if it is still there to be claimed."""
    work.run(apps.get_model(label), pk)


@shared_task(name="tickets.sweep_work")
def sweep_work() -> None:
    """Wake workers for rows whose message was lost or whose worker died."""
    work.sweep(timezone.now())
