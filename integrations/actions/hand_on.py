"""Asking for deliveries: a ticket handed on, and what follows once it is known on the other side."""

from django.db import transaction
from django.db.models import QuerySet

from integrations.choices import Verb
from integrations.errors import NotConnected
from integrations.models import Connection, Delivery, ExternalLink, ExternalPart
from integrations.permissions import Actor, require
from integrations.registry import keeps_records
from tickets import work
from tickets.actions.locking import lock
from tickets.choices import LEVEL_RANK, Level
from tickets.errors import Conflict
from tickets.models import Attachment, Comment, Ticket, User


@transaction.atomic
def hand_on(*, ticket: Ticket, connection: Connection, by: Actor) -> Delivery:
    """Have a record made for the ticket in another system; returns the work that makes it.

    Raises Conflict where it is known there already, or about to be; NotConnected, NotAllowed, NotFound.
    """
    require(by, "integration.view")
    ticket = lock(ticket, "ticket.work", by)
    if not connection.is_enabled:
        raise NotConnected(f"{connection} is switched off. A manager switches it on.")
    if not keeps_records(connection.provider):
        raise NotConnected(f"{connection.label} keeps no records that a ticket could be known as.")
    link = ExternalLink.objects.filter(connection=connection, ticket=ticket).first()
    if link is not None:
        raise Conflict(f"It is {link.remote_key} in {connection} already.", code="already_linked")
    creates = Delivery.objects.filter(connection=connection, ticket=ticket, verb=Verb.CREATE)
    if creates.filter(state__in=work.UNFINISHED).exists():
        raise Conflict(f"It is being handed on to {connection}. Wait a moment.", code="already_asked")
    asked_by = by if isinstance(by, User) else None
    return work.enqueue(Delivery(connection=connection, ticket=ticket, verb=Verb.CREATE, asked_by=asked_by))


def fits(connection: Connection, ticket: Ticket) -> bool:
    """Return whether a new ticket is one that the connection hands on by itself. Reads its tags."""
    least = LEVEL_RANK[Level(connection.least_priority)] if connection.least_priority else 0
    return (
        connection.hands_on
        and keeps_records(connection.provider)
        and connection.organization_id in (None, ticket.organization_id)
        and connection.team_id in (None, ticket.team_id)
        and connection.category_id in (None, ticket.category_id)
        and LEVEL_RANK[Level(ticket.priority)] >= least
        and (not connection.tag or ticket.tags.filter(name=connection.tag).exists())
    )


def begin(connection: Connection, ticket: Ticket) -> None:
    """Hand a new ticket on, in the transaction that made it."""
    work.enqueue(Delivery(connection=connection, ticket=ticket, verb=Verb.CREATE))


def update(link: ExternalLink) -> None:
    """Have the record's fields brought in step."""
    work.enqueue(Delivery(connection=link.connection, ticket_id=link.ticket_id, verb=Verb.UPDATE))


def send_comment(link: ExternalLink, comment: Comment) -> None:
    """Have a comment sent, if the connection sends such ones and it is not there already. Needs the ticket locked."""
    connection = link.connection
    wanted = connection.sends_notes if comment.is_internal else connection.sends_comments
    known = ExternalPart.objects.filter(link=link, comment=comment).exists()
    asked = _sent(link, comment).exists()
    if wanted and not known and not asked and not comment.redacted_at:
        work.enqueue(Delivery(connection=connection, ticket_id=link.ticket_id, verb=Verb.COMMENT, comment=comment))


def _sent(link: ExternalLink, comment: Comment) -> QuerySet[Delivery]:
    return Delivery.objects.filter(connection=link.connection, comment=comment, verb=Verb.COMMENT)


def send_edit(link: ExternalLink, comment: Comment) -> None:
    """Have a comment of ours brought in step that is there or on its way. Needs the ticket locked."""
    if _sent(link, comment).exists() or ExternalPart.objects.filter(link=link, comment=comment, is_ours=True).exists():
        edit = Delivery(connection=link.connection, ticket_id=link.ticket_id, verb=Verb.EDIT, comment=comment)
        work.enqueue(edit)


def send_file(link: ExternalLink, attachment: Attachment) -> None:
    """The same for a file; a file on a note goes where notes go."""
    connection = link.connection
    wanted = connection.sends_files and (connection.sends_notes or not attachment.is_internal)
    known = ExternalPart.objects.filter(link=link, attachment=attachment).exists()
    asked = Delivery.objects.filter(connection=connection, attachment=attachment).exists()
    if wanted and not known and not asked and not attachment.removed_at:
        work.enqueue(Delivery(connection=connection, ticket_id=link.ticket_id, verb=Verb.ATTACH, attachment=attachment))


def send_all(link: ExternalLink) -> None:
    """Have everything sent that was said before the ticket was handed on. Needs the ticket locked."""
    for comment in Comment.objects.filter(ticket=link.ticket_id).order_by("pk"):
        send_comment(link, comment)
    for attachment in Attachment.objects.filter(ticket=link.ticket_id).order_by("pk"):
        send_file(link, attachment)
