"""Whether a connection works, as its last use showed."""

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

from integrations.choices import Health
from integrations.errors import RemoteError, SignInRefused
from integrations.models import Connection
from tickets.work import storable

logger = logging.getLogger(__name__)


def note_well(connection: Connection) -> None:
    """Write down that it works; at most once a minute."""
    now = timezone.now()
    recent = connection.checked_at is not None and (now - connection.checked_at).total_seconds() < 60
    if connection.health != Health.WELL or not recent:
        _write(connection, health=Health.WELL, health_detail="", checked_at=now, failing_since=None, alerted_at=None)


def note_trouble(connection: Connection, error: RemoteError) -> None:
    """Write down what is wrong, and since when."""
    now = timezone.now()
    if connection.failing_since is None:
        logger.warning("a connection fails", extra={"connection": connection.pk, "error": type(error).__name__})
    since = connection.failing_since or now
    detail = storable(error)[:500]
    health = Health.REFUSED if isinstance(error, SignInRefused) else Health.FAILING
    _write(connection, health=health, health_detail=detail, checked_at=now, failing_since=since)


def _write(connection: Connection, **columns: Any) -> None:
    with transaction.atomic():
        Connection.objects.filter(pk=connection.pk).update(**columns)
    for name, value in columns.items():
        setattr(connection, name, value)
