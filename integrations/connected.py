"""Whether any system is connected, remembered for a minute: pages need not ask where none is."""

from django.core.cache import cache
from django.db import transaction

from integrations.models import Connection

KEY = "integrations:connected"
SECONDS = 60


def enabled_connections() -> list[Connection]:
    """Return the connections that are switched on, from the database."""
    rows = list(Connection.objects.enabled())
    cache.set(KEY, bool(rows), SECONDS)
    return rows


def any_connected() -> bool:
    """Return whether there is one that is switched on; for what is shown only, it may be a minute old."""
    known: bool | None = cache.get(KEY)
    return bool(enabled_connections()) if known is None else known


def forget_connected() -> None:
    """Have the question asked again, also once the present transaction is through."""
    cache.delete(KEY)
    transaction.on_commit(lambda: cache.delete(KEY))
