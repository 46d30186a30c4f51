"""Telling people that a connection or webhook stays down: once for each time that it does."""

from datetime import datetime, timedelta

from django.db import transaction

from integrations.actions.notify import notify_people
from integrations.choices import Kind
from integrations.models import Connection, Hook
from tickets.choices import Role
from tickets.models import User

PATIENCE = timedelta(minutes=15)


def tell_of_trouble(now: datetime) -> int:
    """Tell owners and admins of what has failed for a while; returns of how many. Of two schedulers, one tells."""
    told = 0
    for kind in (Connection, Hook):
        down = kind._default_manager.filter(is_enabled=True, alerted_at=None, failing_since__lte=now - PATIENCE)
        for row in down.select_related("owner"):
            told += _tell(row, now)
    return told


@transaction.atomic
def _tell(row: Connection | Hook, now: datetime) -> bool:
    mine = type(row)._default_manager.filter(pk=row.pk, alerted_at=None, failing_since=row.failing_since)
    if not mine.update(alerted_at=now):
        return False
    what = "connection" if isinstance(row, Connection) else "webhook"
    trouble = row.health_detail if isinstance(row, Connection) else row.trouble
    notify_people(
        kind=Kind.CONNECTION,
        key=f"{what}:{row.pk}:{row.failing_since:%Y%m%d%H%M%S}",
        people=[row.owner, *User.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk=row.owner_id)],
        title=f"The {what} {row.name} does not work",
        text=f"{trouble} What waits for it is kept and goes on by itself once it works.",
        url="/integrations",
    )
    return True
