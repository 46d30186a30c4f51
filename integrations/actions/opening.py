"""Tickets for records that began elsewhere: as news, or with their past."""

from typing import Any

from integrations.actions.linking import speaker
from integrations.choices import Field
from integrations.models import Connection
from integrations.provider import RemoteRecord
from integrations.translation import Translation
from tickets.actions.tickets import create_ticket
from tickets.choices import Channel, Status
from tickets.models import Ticket, User


def requester_of(connection: Connection, said: RemoteRecord) -> User:
    """Return who asks: the person of that address, or whoever answers for the connection."""
    known = said.requester_email and User.objects.filter(email__iexact=said.requester_email, is_active=True).first()
    return known or connection.owner


def values_of(connection: Connection, said: RemoteRecord, words: Translation) -> dict[str, Any]:
    """Return the fields of a ticket for a record; what no mapping knows is left to its default."""
    values = words.known(said.fields)
    values[Field.TITLE] = values.get(Field.TITLE) or said.ref.key
    if values.get(Field.STATUS) == Status.RESOLVED:
        values.setdefault(Field.RESOLUTION, f"Resolved in {connection.name} as {said.ref.key}.")
    return values


def open_ticket(connection: Connection, said: RemoteRecord, words: Translation) -> Ticket:
    """Open a ticket for a record. Raises Invalid."""
    values = values_of(connection, said, words)
    scope = {name: getattr(connection, name) for name in ("organization", "team", "category")}
    given = {name: value for name, value in scope.items() if value is not None}
    asks = {"requester": requester_of(connection, said)}
    return create_ticket(by=speaker(connection), via=Channel.WEBHOOK, fields={**given, **asks, **values})
