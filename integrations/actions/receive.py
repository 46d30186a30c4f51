"""Calls of webhooks: believed or refused, stored once, carried out later in the order of each record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from integrations.actions import asked
from integrations.actions.apply import apply_record
from integrations.actions.hints import follow_hint
from integrations.actions.letters import take_letter
from integrations.actions.storing import store, store_unreadable
from integrations.choices import Ability, Verb, WebhookRefusal
from integrations.errors import WebhookRefused
from integrations.mail.letter import Letter
from integrations.models import Connection, Delivery, ExternalLink, InboundEvent
from integrations.provider import Acknowledgement, Asked, Call, Hint, Shown, Told
from integrations.registry import PROVIDERS, provider_class
from integrations.turns import SOON, next_one, waits_for_earlier
from tickets import work
from tickets.errors import DomainError

ECHO_AT_LATEST = timedelta(minutes=5)


@dataclass(frozen=True)
class Received:
    """What became of a call: rows of work, the answer to a handshake, or neither where it means nothing to us or is known."""

    rows: tuple[InboundEvent, ...] = ()
    answer: Mapping[str, Any] | None = None
    known: bool = False
    acknowledgement: Acknowledgement | None = None


def receive_call(*, provider: str, token: str, headers: Mapping[str, str], body: bytes) -> Received:
    """Take a call of a webhook. Raises WebhookRefused."""
    if provider not in PROVIDERS:
        raise WebhookRefused(WebhookRefusal.UNKNOWN)
    connection = Connection.objects.filter(provider=provider, token=token).first() if token else None
    if connection is None:
        raise WebhookRefused(WebhookRefusal.UNKNOWN)
    if not connection.is_enabled:
        raise WebhookRefused(WebhookRefusal.DISABLED)
    system = provider_class(provider)
    if Ability.WEBHOOK not in system.abilities:
        raise WebhookRefused(WebhookRefusal.UNKNOWN)
    call = Call({name.lower(): value for name, value in headers.items()}, body, timezone.now())
    secrets = connection.secrets
    system.verify(call, secrets)
    handshake = system.challenge(call, secrets)
    if handshake is not None:
        return Received(answer=handshake)
    parts = system.calls_in(call, connection.settings)
    heard = [(_told(connection, part), part.body) for part in parts]  # all of it, before any is stored
    stored = [store(connection, told, body) for told, body in heard if told is not None]
    rows = tuple(row for row in stored if row is not None)
    answer = " ".join(map(asked.answer_now, rows)) if system.answers_at_once else ""
    return Received(rows, known=len(rows) < len(stored), acknowledgement=system.acknowledged(call, answer))


def _told(connection: Connection, part: Call) -> Told | None:
    """Return what a believed call is; one that nobody can read is kept before it is refused. Raises WebhookRefused."""
    try:
        return provider_class(connection.provider).told(part, connection.settings)
    except WebhookRefused as refused:
        if refused.reason == WebhookRefusal.MALFORMED:
            store_unreadable(connection, part.body)
        raise


@work.handles(InboundEvent)
def carry_out(row: InboundEvent) -> None:
    """Take over what a call says, when it is its turn. Raises PermanentError."""
    if waits_for_earlier(row, connection=row.connection_id, record=row.record):
        return
    connection = row.connection
    if not connection.is_enabled:
        raise work.PermanentError("The connection is switched off.")
    try:
        said = provider_class(connection.provider).parse(bytes(row.body), connection.settings)
        if isinstance(said, Asked | Shown):
            asked.carry_out(row, said)
        elif said is None or _is_ours_perhaps(row):
            return
        elif isinstance(said, Hint):
            follow_hint(row, said)
        elif isinstance(said, Letter):
            take_letter(row, said)
        else:
            apply_record(connection, said)
    except (DomainError, WebhookRefused) as error:
        raise work.PermanentError(str(error)) from error


@work.settled(InboundEvent)
def let_next(row: InboundEvent) -> None:
    next_one(row, connection=row.connection_id, record=row.record)


def _is_ours_perhaps(row: InboundEvent) -> bool:
    """Put the call off while we are telling this very record something: the call may be its echo, which is known once we have heard."""
    link = ExternalLink.objects.filter(connection=row.connection, remote_id=row.record).first()
    about = Q(ticket=link.ticket_id) if link else Q(verb=Verb.CREATE)
    now = timezone.now()
    telling = Delivery.objects.filter(about, connection=row.connection, state__in=work.UNFINISHED)
    if not telling.filter(sent_at__gte=now - ECHO_AT_LATEST).exists():
        return False
    work.put_off(row, now + SOON)
    return True
