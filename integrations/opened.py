"""A provider ready to be asked, for the length of one piece of work."""

from collections.abc import Iterator
from contextlib import contextmanager

from integrations.choices import Ability
from integrations.models import Connection
from integrations.provider import Provider
from integrations.registry import provider_class


@contextmanager
def opened(connection: Connection) -> Iterator[Provider]:
    """Yield the provider of a connection. Raises Invalid where settings or credentials do not suffice (any more)."""
    provider = provider_class(connection.provider)(str(connection.pk or "new"), connection.settings, connection.secrets)
    try:
        yield provider
    finally:
        provider.close()


def can_it(connection: Connection, ability: Ability) -> bool:
    """Return whether systems of this kind can do something."""
    return ability in provider_class(connection.provider).abilities
