"""A provider ready to be asked, for the length of one piece of work."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction

from integrations.choices import Ability
from integrations.models import Connection
from integrations.provider import Provider
from integrations.registry import provider_class


@contextmanager
def opened(connection: Connection) -> Iterator[Provider]:
    """Yield the provider of a connection, and keep the credentials that it was given in place of ours.

    Raises Invalid where settings or credentials do not suffice (any more).
    """
    provider = provider_class(connection.provider)(str(connection.pk or "new"), connection.settings, connection.secrets)
    try:
        yield provider
    finally:
        provider.close()
        if provider.renewed:
            _keep(connection, provider.renewed)


@transaction.atomic
def _keep(connection: Connection, renewed: Mapping[str, str]) -> None:
    """Keep renewed credentials, unless somebody has given others meanwhile."""
    row = Connection.objects.select_for_update().filter(pk=connection.pk).first()
    if row is not None and row.secrets == connection.secrets:
        connection.credentials = json.dumps({**row.secrets, **renewed})
        Connection.objects.filter(pk=row.pk).update(credentials=connection.credentials)


def can_it(connection: Connection, ability: Ability) -> bool:
    """Return whether systems of this kind can do something."""
    return ability in provider_class(connection.provider).abilities
