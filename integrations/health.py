"""Whether a connection works, as its last use showed."""

import logging

from django.db import transaction
from django.utils import timezone

from integrations.choices import Health
from integrations.errors import RemoteError
from integrations.models import Connection
from tickets.work import storable

logger = logging.getLogger(__name__)


def note_well(connection: Connection) -> None:
    """Write down that it works; at most once a minute."""
    now = timezone.now()
    recent = connection.checked_at is not None and (now - connection.checked_at).total_seconds() < 60
    if connection.health != Health.WELL or not recent:
        _write(connection, Health.WELL, "")


def note_trouble(connection: Connection, error: RemoteError) -> None:
    """Write down what is wrong."""
    if connection.health != Health.FAILING:
        logger.warning("a connection fails", extra={"connection": connection.pk, "error": type(error).__name__})
    _write(connection, Health.FAILING, storable(error)[:500])


def _write(connection: Connection, health: Health, detail: str) -> None:
    columns = {"health": health, "health_detail": detail, "checked_at": timezone.now()}
    with transaction.atomic():
        Connection.objects.filter(pk=connection.pk).update(**columns)
    for name, value in columns.items():
        setattr(connection, name, value)
