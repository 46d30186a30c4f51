"""Celery tasks of this room: claim and call."""

from celery import shared_task
from django.utils import timezone

from integrations.actions import alert, call_hooks, deliver, fetch, forget, messages, receive, returned, spread, sync

CARRIED_OUT_BY = (  # named here so that every worker has loaded it
    *(deliver.carry_out, call_hooks.carry_out, receive.carry_out, fetch.carry_out, sync.carry_out),
    *(spread.spread, messages.carry_out),
)
TOLD_TO = (returned.note_unsent,)


@shared_task(name="integrations.sync_due")
def sync_due() -> None:
    """Begin the runs whose time has come. Sent every minute."""
    sync.begin_due(timezone.now())


@shared_task(name="integrations.tell_of_trouble")
def tell_of_trouble() -> None:
    """Tell people of what stays down. Sent every minute."""
    alert.tell_of_trouble(timezone.now())


@shared_task(name="integrations.forget_old")
def forget_old() -> None:
    """Delete what was carried out long ago. Sent every hour."""
    forget.forget_old(timezone.now())
