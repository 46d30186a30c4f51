"""What another system says about a record, taken over into its ticket. Saying it twice, or late, changes nothing more."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from integrations.actions import hand_on
from integrations.actions.comments import VIA, take_comments
from integrations.actions.fetch import ask_for_files
from integrations.actions.linking import link_ticket, speaker, unlink_ticket, web_address
from integrations.actions.opening import open_ticket
from integrations.choices import Direction, Field
from integrations.merging import Verdict, verdict
from integrations.models import Connection, Delivery, Disagreement, ExternalLink, MappedField
from integrations.origin import news_from
from integrations.permissions import System
from integrations.provider import RemoteRecord
from integrations.translation import Translation, Unknown
from tickets.actions.changing import current_value
from tickets.actions.locking import lock, record
from tickets.actions.tickets import change_ticket
from tickets.choices import EventKind, Status
from tickets.errors import Invalid
from tickets.models import Ticket, TicketEvent


def apply_record(connection: Connection, said: RemoteRecord) -> bool:
    """Take over what a record says; returns whether it concerned a ticket. Opens one where the connection is to. Raises DomainError."""
    with transaction.atomic(), news_from(connection.pk):
        row = ExternalLink.objects.filter(connection=connection, remote_id=said.ref.id).first()
        if row is None:
            return _unlinked(connection, said)
        ticket = lock(row.ticket, "ticket.view", System())
        row = ExternalLink.objects.select_for_update().get(pk=row.pk)
        row.connection = connection
        if said.is_gone:
            unlink_ticket(ticket, row, speaker(connection))
            return True
        is_old = row.remote_updated_at is not None and said.updated_at < row.remote_updated_at
        if not is_old:
            _apply_fields(row, ticket, said)
        _take_conversation(row, ticket, said, is_old=is_old)
        return True


def _unlinked(connection: Connection, said: RemoteRecord) -> bool:
    """Open a ticket for a record that has none, unless it is one that we are about to link."""
    if said.is_gone or not said.in_scope or not connection.opens_tickets:
        return False
    if said.marker and Delivery.objects.filter(connection=connection, marker=said.marker).exists():
        return False
    words = Translation(connection)
    ticket = open_ticket(connection, said, words)
    row = link_ticket(ticket, connection, said.ref, words.known(said.fields), said, speaker(connection))
    _take_conversation(row, ticket, said, is_old=False)
    return True


def _apply_fields(row: ExternalLink, ticket: Ticket, said: RemoteRecord) -> None:
    """Bring the mapped fields together, field by field under its rule."""
    words = Translation(row.connection)
    take: dict[str, Any] = {}
    agreed = dict(row.agreed)
    tell_them = False
    for mapped in words.inward():
        if mapped.theirs not in said.fields:
            continue
        try:
            theirs = words.to_ours(mapped.ours, said.fields[mapped.theirs])
        except Unknown:
            continue
        ours = current_value(ticket, mapped.ours)
        found = _verdict(row, words, mapped, ours, theirs, said)
        if found in (Verdict.KEEP, Verdict.YIELD, Verdict.ASK):
            _differed(row, ticket, mapped, ours, theirs, found)
        if found in (Verdict.TAKE, Verdict.YIELD):
            take[mapped.ours] = theirs
        if found not in (Verdict.NOTHING, Verdict.ASK):
            agreed[mapped.ours] = theirs
        tell_them |= found == Verdict.KEEP and mapped.direction == Direction.BOTH
    refused = _change(row, ticket, take)
    row.agreed = {name: value for name, value in agreed.items() if name not in refused} | {
        name: row.agreed[name] for name in refused if name in row.agreed
    }
    row.remote_updated_at, row.remote_key, row.url = said.updated_at, said.ref.key, web_address(said.ref.url) or row.url
    row.save(update_fields=["agreed", "remote_updated_at", "remote_key", "url"])
    if tell_them:
        hand_on.update(row)


def _verdict(
    row: ExternalLink, words: Translation, mapped: MappedField, ours: Any, theirs: Any, said: RemoteRecord
) -> Verdict:
    known = mapped.ours in row.agreed
    before = row.agreed.get(mapped.ours)
    return verdict(
        ours=ours,
        theirs=theirs,
        we_changed=mapped.direction == Direction.BOTH and (not known or before != ours),
        they_changed=not known or not words.same_there(mapped.ours, before, said.fields[mapped.theirs]),
        winner=mapped.winner,
        we_at=_changed_at(row, mapped.ours),
        they_at=said.updated_at,
    )


def _changed_at(row: ExternalLink, field: str) -> datetime | None:
    told = TicketEvent.objects.filter(ticket=row.ticket_id, changes__has_key=field).order_by("-version")
    return told.values_list("occurred_at", flat=True).first()


def _differed(row: ExternalLink, ticket: Ticket, mapped: MappedField, ours: Any, theirs: Any, found: Verdict) -> None:
    """Keep the value that loses in the timeline; where a person decides, ask."""
    if found == Verdict.ASK:
        values = {"ours": ours, "theirs": theirs}
        _, is_new = Disagreement.objects.update_or_create(link=row, field=mapped.ours, settled_at=None, defaults=values)
        if not is_new:
            return
    tell_difference(row, ticket, mapped.ours, ours, theirs, "theirs" if found == Verdict.YIELD else "ours")


def tell_difference(row: ExternalLink, ticket: Ticket, field: str, ours: Any, theirs: Any, kept: str) -> None:
    """Write down that both sides had a value of their own, and whose stays."""
    data = {
        "connection": row.connection.name,
        "key": row.remote_key,
        "field": field,
        "ours": str(ours)[:500],
        "theirs": str(theirs)[:500],
        "kept": kept,
    }
    record(
        ticket,
        EventKind.EXTERNALLY_DIFFERED,
        by=speaker(row.connection),
        via=VIA,
        at=timezone.now(),
        data=data,
        public=False,
    )


def _change(row: ExternalLink, ticket: Ticket, take: dict[str, Any]) -> set[str]:
    """Change the ticket; returns the fields that it did not let be changed, which stay as they are and are told."""
    changes = dict(take)
    if changes.get(Field.STATUS) == Status.RESOLVED and not ticket.resolution:
        changes.setdefault(Field.RESOLUTION, f"Resolved in {row.connection.name} as {row.remote_key}.")
    while changes:
        try:
            change_ticket(ticket=ticket, by=speaker(row.connection), via=VIA, changes=changes)
            break
        except Invalid as error:
            wrong = {name for name in error.errors if name in changes} or set(changes)
            changes = {name: value for name, value in changes.items() if name not in wrong}
    fresh = Ticket.objects.get(pk=ticket.pk)
    ticket.version, ticket.updated_at = fresh.version, fresh.updated_at
    refused = set(take) - set(changes)
    for name in refused:
        tell_difference(row, ticket, name, current_value(fresh, name), take[name], "ours")
    return refused


def _take_conversation(row: ExternalLink, ticket: Ticket, said: RemoteRecord, *, is_old: bool) -> None:
    """Take files and comments over; older news than the last change no text."""
    if row.connection.takes_comments:
        ask_for_files(row, said.files, None, internal=row.connection.takes_as_notes)
    take_comments(row, ticket, said.comments, is_old=is_old)
