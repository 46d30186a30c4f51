"""Carrying out deliveries: one ticket's in their order, each so that doing it twice does no harm."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from integrations import health
from integrations.actions import hand_on
from integrations.actions.apply import apply_record
from integrations.actions.linking import link_ticket
from integrations.aside import gathering
from integrations.choices import Ability, PartKind, Verb
from integrations.errors import Busy, Gone, OutcomeUnknown, Refused, RemoteError, SignInRefused
from integrations.models import Delivery, Disagreement, ExternalLink, ExternalPart
from integrations.opened import opened
from integrations.permissions import System
from integrations.provider import (
    Draft,
    OutgoingComment,
    OutgoingFile,
    Provider,
    RemoteRecord,
    RemoteRef,
    Values,
)
from integrations.ticket_pages import address_of
from integrations.translation import Translation, Unknown
from integrations.turns import later, next_one, waits_for_earlier
from tickets import work
from tickets.actions.locking import lock
from tickets.choices import Status
from tickets.errors import DomainError
from tickets.models import Ticket

T = TypeVar("T")
LOOK_AFTER = timedelta(seconds=30)  # then 60, 120 … half an hour together: what was made takes a while to be found
UNKNOWN_AT_MOST = 6
REDACTED = "This message was redacted."


@work.handles(Delivery)
def carry_out(row: Delivery) -> None:
    """Tell the other system one thing, when it is its turn. Raises RemoteError."""
    if waits_for_earlier(row, connection=row.connection_id, ticket=row.ticket_id):
        return
    if not row.connection.is_enabled:
        raise Refused("The connection is switched off.")
    try:
        with opened(row.connection) as provider:
            CARRY[Verb(row.verb)](row, provider)
    except DomainError as error:
        raise Refused(error.sentence) from error
    except Busy as busy:
        later(row, busy, timedelta(seconds=busy.wait))
    except OutcomeUnknown as error:
        _look_later(row, error)
    except SignInRefused as error:
        health.note_trouble(row.connection, error)
        raise
    except RemoteError as error:
        if not isinstance(error, Refused):
            health.note_trouble(row.connection, error)
        raise
    else:
        health.note_well(row.connection)


@work.settled(Delivery)
def let_next(row: Delivery) -> None:
    """The next thing of the same ticket need not wait for its time."""
    next_one(row, connection=row.connection_id, ticket=row.ticket_id)


def _look_later(row: Delivery, error: OutcomeUnknown) -> None:
    """Wait until what may have been made can be found."""
    row.unknowns += 1
    row.save(update_fields=["unknowns"])
    if row.unknowns > UNKNOWN_AT_MOST:
        raise Refused(f"Nobody can tell whether it was done. Look there by hand. {error}")
    health.note_trouble(row.connection, error)
    later(row, error, LOOK_AFTER * 2 ** (row.unknowns - 1))


def _link(row: Delivery) -> ExternalLink:
    """Raises Refused."""
    found = ExternalLink.objects.select_related("connection").filter(connection=row.connection, ticket=row.ticket_id)
    if link := found.first():
        return link
    raise Refused("The ticket is not known there.")


def _create(row: Delivery, provider: Provider) -> None:
    if ExternalLink.objects.filter(connection=row.connection, ticket=row.ticket_id).exists():
        return
    words = Translation(row.connection)
    ticket = Ticket.objects.select_related("requester").get(pk=row.ticket_id)
    values = words.ours(ticket, words.outward())
    ref = _found(row, partial(provider.find, row.marker))
    if ref is None:
        draft = _draft(ticket, words.payload(values), row.marker)
        row.mark_sent(timezone.now())
        ref = provider.create(draft)
    seen = _seen(provider, ref)
    if "status" in values:
        values["status"] = _status_there(words, values["status"], seen)
    with transaction.atomic():
        ticket = lock(ticket, "ticket.view", System())
        link = link_ticket(ticket, row.connection, ref, values, seen, row.asked_by or System())
        if Ability.LINK_BACK in provider.abilities:
            work.enqueue(Delivery(connection=row.connection, ticket=ticket, verb=Verb.LINK_BACK))
        if _differing(link, ticket, words):
            hand_on.update(link)
        hand_on.send_all(link)


def _found(row: Delivery, look: Callable[[datetime], T | None]) -> T | None:
    """Return what an earlier attempt made, if there was one.

    Raises OutcomeUnknown where a row of the answer cannot be read: it may be the one looked for, and would be made twice.
    """
    if row.sent_at is None:
        return None
    with gathering() as unread:
        found = look(row.sent_at)
    if found is None and unread:
        raise OutcomeUnknown("Some rows of the answer cannot be read, and it may be among them.")
    return found


def _draft(ticket: Ticket, fields: Values, marker: str) -> Draft:
    asks = ticket.requester
    title = f"{ticket.reference} {ticket.title}"
    return Draft(fields, marker, title, address_of(ticket.pk), asks.get_full_name() or asks.username, asks.email)


def _seen(provider: Provider, ref: RemoteRef) -> RemoteRecord | None:
    """Read a record back, if that goes; what was done is done all the same."""
    if Ability.READ not in provider.abilities:
        return None
    try:
        return provider.read(ref)
    except RemoteError:
        return None


def _status_there(words: Translation, ours: str, seen: RemoteRecord | None) -> str:
    """Return the status that a new record has, in our words; open, where nobody says otherwise: systems have their own beginning."""
    theirs = seen.fields.get(words.fields["status"].theirs) if seen else None
    if not theirs:
        return Status.OPEN
    if words.same_there("status", ours, theirs):
        return ours
    try:
        return str(words.to_ours("status", theirs))
    except Unknown:
        return Status.OPEN


def _differing(link: ExternalLink, ticket: Ticket, words: Translation) -> dict[str, Any]:
    """Return the fields to be told: what differs from what was agreed on, and is not being decided on."""
    asked = set(Disagreement.objects.filter(link=link, settled_at=None).values_list("field", flat=True))
    values = words.ours(ticket, [name for name in words.outward() if name not in asked])
    return {name: value for name, value in values.items() if link.agreed.get(name) != value}


def _update(row: Delivery, provider: Provider) -> None:
    """Read what is there first, so that a change of theirs meets ours under the field's rule; then tell what differs."""
    words = Translation(row.connection)
    link = _link(row)
    ticket = Ticket.objects.get(pk=row.ticket_id)
    if Ability.UPDATE not in provider.abilities or not _differing(link, ticket, words):
        return
    if Ability.READ in provider.abilities:
        apply_record(row.connection, provider.read(link.ref))
        link, ticket = _link(row), Ticket.objects.get(pk=row.ticket_id)
    changes = _differing(link, ticket, words)
    status = changes.pop("status", None) if Ability.TRANSITION in provider.abilities else None
    if changes:
        provider.update(link.ref, words.payload(changes))
        _agree(link, changes, provider)
    if status is not None:
        provider.transition(link.ref, str(words.to_theirs("status", status)))
        _agree(link, {"status": status}, provider)


def _agree(link: ExternalLink, values: dict[str, Any], provider: Provider) -> None:
    """Note what both sides have now, and when the record was changed, so that older news of it are known as such."""
    seen = _seen(provider, link.ref)
    with transaction.atomic():
        fresh = ExternalLink.objects.select_for_update().get(pk=link.pk)
        fresh.agreed = {**fresh.agreed, **values}
        if seen is not None:
            fresh.remote_updated_at = max(filter(None, (seen.updated_at, fresh.remote_updated_at)))
        fresh.save(update_fields=["agreed", "remote_updated_at"])


def _comment(row: Delivery, provider: Provider) -> None:
    comment, link = row.comment, _link(row)
    if comment is None or comment.redacted_at or Ability.COMMENT not in provider.abilities:
        return
    if ExternalPart.objects.filter(link=link, comment=comment).exists():
        return
    outgoing = OutgoingComment(comment.body, comment.author_name, not comment.is_internal, row.marker)
    remote_id = _found(row, lambda _: provider.find_comment(link.ref, outgoing))
    if remote_id is None:
        row.mark_sent(timezone.now())
        remote_id = provider.comment(link.ref, outgoing)
    same = {"link": link, "kind": PartKind.COMMENT, "remote_id": remote_id}
    ExternalPart.objects.get_or_create(**same, defaults={"comment": comment, "is_ours": True})


def _edit(row: Delivery, provider: Provider) -> None:
    """Write a comment of ours anew, or that it was redacted; one that was deleted there stays so."""
    comment, link = row.comment, _link(row)
    if comment is None or Ability.EDIT not in provider.abilities:
        return
    part = ExternalPart.objects.filter(link=link, comment=comment, is_ours=True).first()
    if part is None:
        return
    body = REDACTED if comment.redacted_at else comment.body
    row.mark_sent(timezone.now())
    with suppress(Gone):
        provider.edit(
            link.ref, part.remote_id, OutgoingComment(body, comment.author_name, not comment.is_internal, row.marker)
        )
    ExternalPart.objects.filter(pk=part.pk).update(digest="")


def _attach(row: Delivery, provider: Provider) -> None:
    attachment, link = row.attachment, _link(row)
    if attachment is None or attachment.removed_at or Ability.ATTACH not in provider.abilities:
        return
    if ExternalPart.objects.filter(link=link, attachment=attachment).exists():
        return
    with attachment.file.open("rb") as content:
        outgoing = OutgoingFile(attachment.filename, attachment.file_type, attachment.file_size, content)
        remote_id = _found(row, lambda _: provider.find_file(link.ref, outgoing))
        if remote_id is None:
            row.mark_sent(timezone.now())
            remote_id = provider.attach(link.ref, outgoing)
    kind = PartKind.COMMENT if provider.files_are_comments else PartKind.FILE
    same = {"link": link, "kind": kind, "remote_id": remote_id}
    ExternalPart.objects.get_or_create(**same, defaults={"attachment": attachment, "is_ours": True})


def _link_back(row: Delivery, provider: Provider) -> None:
    ticket = row.ticket
    provider.link_back(_link(row).ref, address_of(ticket.pk), f"{ticket.reference} {ticket.title}")


CARRY: dict[Verb, Callable[[Delivery, Provider], None]] = {
    Verb.CREATE: _create,
    Verb.LINK_BACK: _link_back,
    Verb.UPDATE: _update,
    Verb.COMMENT: _comment,
    Verb.EDIT: _edit,
    Verb.ATTACH: _attach,
}
