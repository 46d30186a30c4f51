"""Durable work of this room: claim and call."""

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from sla.actions import clocks, escalate
from sla.actions.applying import apply_edit
from sla.actions.marks import renew_marks
from sla.actions.watch import watch
from sla.library import library
from sla.models import Application, Backfill, Marking
from sla.open_rows import OpenTicket, open_tickets
from tickets.bulk import among
from tickets.choices import WorkState
from tickets.models import Ticket, Work
from tickets.work import handles

CARRIED_OUT_BY = (escalate.carry_out,)  # named here so that every worker has loaded it
BATCH = 500  # tickets; locked together, for a fraction of a second


@handles(Backfill)
def carry_out_backfill(row: Backfill) -> None:
    """Give imported tickets their clocks, part by part; what is done is found as it should be when done again."""
    for first in range(0, len(row.tickets), BATCH):
        with transaction.atomic():
            clocks.backfill(row.tickets[first : first + BATCH], timezone.now())


class LeaseLost(Exception):
    """Another worker has taken the work over; this one must stop."""


@handles(Application)
def carry_out_application(row: Application) -> None:
    """Go through the open tickets in the order of their numbers, each batch in a transaction with the position."""
    while True:
        with transaction.atomic():
            batch = _lock_next(row)
            if not batch:
                return
            row.changed += apply_edit(batch, timezone.now())
            row.looked_at += len(batch)
            row.position = batch[-1].pk
            _keep(row, position=row.position, looked_at=row.looked_at, changed=row.changed)


def _lock_next(row: Application) -> list[OpenTicket]:
    rows = Ticket.objects.unresolved().filter(pk__gt=row.position).order_by("pk")
    if row.created_since:
        rows = rows.filter(created_at__gte=row.created_since)
    numbers = list(rows.select_for_update().values_list("pk", flat=True)[:BATCH])
    locked = Ticket.objects.filter(pk__in=among(numbers)).order_by("pk")
    return list(open_tickets(locked, with_tags=library().book.uses_tags))


def _keep(row: Work, **columns: Any) -> None:
    """Save how far the work has come, and hold on to it. Raises LeaseLost."""
    ours = type(row)._default_manager.filter(pk=row.pk, lease=row.lease, state=WorkState.RUNNING)
    kept = ours.update(
        **columns,
        attempts=1,  # attempts without progress are what quarantines a row
        leased_until=timezone.now() + timedelta(seconds=row.lease_seconds),
    )
    if not kept:
        raise LeaseLost("Another worker goes on with this.")


@handles(Marking)
def carry_out_marking(row: Marking) -> None:
    """Let open clocks look out for the thresholds of the rules as they are now, batch by batch."""
    while True:
        with transaction.atomic():
            last = renew_marks(row.position, BATCH)
            if last is None:
                return
            row.position = last
            _keep(row, position=last)


@shared_task(name="sla.watch")
def watch_clocks() -> None:
    """Write down what promises have reached. Sent every second."""
    watch(timezone.now())
