"""What people ask for from within another system: done once, as who they are here, and answered there."""

from datetime import timedelta

from django.db import transaction

from integrations import health
from integrations.actions.wishes import fulfil
from integrations.errors import Busy, Refused, RemoteError, SignInRefused
from integrations.mail.letter import Person
from integrations.models import InboundEvent
from integrations.opened import opened
from integrations.provider import Asked, Preview, Provider, Shown
from integrations.registry import provider_class
from integrations.turns import later
from tickets.errors import DomainError
from tickets.models import Ticket

LONGEST_ANSWER = 1_000


def carry_out(row: InboundEvent, said: Asked | Shown) -> None:
    """Do what was asked and say so; where only saying so fails, that alone is tried again. Raises RemoteError, DomainError."""
    try:
        with opened(row.connection) as provider:
            if isinstance(said, Shown):
                provider.preview(said, previews_of(said))
            else:
                provider.answer(said, answer_to(row, said, provider))
    except Busy as busy:
        later(row, busy, timedelta(seconds=busy.wait))
    except RemoteError as error:
        if isinstance(error, SignInRefused) or not isinstance(error, Refused):
            health.note_trouble(row.connection, error)
        raise
    else:
        health.note_well(row.connection)


def answer_now(row: InboundEvent) -> str:
    """Do what a call that was just stored asks for; returns what to tell the person, nothing where nobody asks. Raises DomainError."""
    connection = row.connection
    said = provider_class(connection.provider).parse(bytes(row.body), connection.settings)
    if not isinstance(said, Asked):
        return ""
    with opened(connection) as provider:
        return answer_to(row, said, provider)


def answer_to(row: InboundEvent, asked: Asked, provider: Provider) -> str:
    """Do what was asked unless it is done; returns what to tell the person. Raises RemoteError where nobody can say who asks."""
    if not row.answer:
        person = provider.who(asked)
        with transaction.atomic():
            fresh = InboundEvent.objects.select_for_update().get(pk=row.pk)
            if not fresh.answer:
                fresh.answer = _tried(fresh, asked, person, provider)[:LONGEST_ANSWER]
                fresh.save(update_fields=["answer"])
        row.answer = fresh.answer
    return row.answer


def _tried(row: InboundEvent, asked: Asked, person: Person | None, provider: Provider) -> str:
    """Return how it went; what is refused leaves nothing behind but its sentence."""
    try:
        with transaction.atomic():
            return fulfil(asked, person, row.connection, strangers_open=provider.opens_for_strangers)
    except DomainError as error:
        return error.sentence


def previews_of(shown: Shown) -> dict[str, Preview]:
    """Return what may be told of the tickets behind some addresses; which of it is, the connection's settings say."""
    found = Ticket.objects.current().in_bulk(list(shown.tickets.values()))
    tickets = {address: found.get(number) for address, number in shown.tickets.items()}
    return {
        address: Preview(ticket.reference, ticket.title, ticket.get_status_display())
        for address, ticket in tickets.items()
        if ticket is not None
    }
