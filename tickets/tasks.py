"""Celery tasks of this room: claim and call."""

from datetime import timedelta

from celery import shared_task
from django.apps import apps
from django.contrib.sessions.models import Session
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from tickets import mail, work
from tickets.actions import files
from tickets.imports import jobs, runner
from tickets.live import file_pushing
from tickets.models import IdempotencyKey

CARRIED_OUT_BY = (mail.send, files.look_at, runner.carry_out)  # named here so that every worker has loaded them
TOLD_TO = (file_pushing.tell,)
KEYS_KEPT = timedelta(days=1)


@shared_task(name="tickets.run_work")
def run_work(label: str, pk: int) -> None:
    """Carry out one row of durable work, if it is still there to be claimed."""
    work.run(apps.get_model(label), pk)


@shared_task(name="tickets.sweep_work")
def sweep_work() -> None:
    """Wake workers for rows whose message was lost or whose worker died."""
    work.sweep(timezone.now())


@shared_task(name="tickets.forget_expired")
def forget_expired() -> None:
    """Delete sessions and tokens that have ended, answers kept for writes sent twice, and files of imports long done."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    OutstandingToken.objects.filter(expires_at__lt=now).delete()
    IdempotencyKey.objects.filter(created_at__lt=now - KEYS_KEPT).delete()
    jobs.remove_old_files(now)
