"""Tickets for records from before the connection: written as they lived, at their own times, and news to nobody."""

from datetime import datetime
from typing import Any

from django.db import transaction

from integrations.actions.comments import author_of, digest_of, text_of
from integrations.actions.linking import link_ticket, speaker
from integrations.actions.opening import requester_of, values_of
from integrations.choices import Field, PartKind
from integrations.models import Connection, ExternalPart
from integrations.origin import news_from
from integrations.provider import RemoteComment, RemoteRecord
from integrations.translation import Translation
from tickets.actions.history import Life, write_lives
from tickets.choices import Channel, Status
from tickets.models import Ticket

VIA = Channel.IMPORT
AT_THE_END = (Field.STATUS, Field.RESOLUTION)  # what it was when it was made is not told


def write_past(connection: Connection, said: RemoteRecord) -> Ticket:
    """Write a ticket with its comments at their times, and link it. Raises Invalid."""
    words = Translation(connection)
    values = values_of(connection, said, words)
    last: dict[str, Any] = {name: values.pop(name) for name in AT_THE_END if name in values}
    requester = requester_of(connection, said)
    scope: dict[str, Any] = {"requester": requester, "organization": connection.organization or requester.organization}
    scope |= {name: getattr(connection, name) for name in ("team", "category") if getattr(connection, name)}
    began = said.created_at or said.updated_at
    life = Life.begin(by=speaker(connection), via=VIA, at=began, values={**scope, **values})
    comments = _comments(connection, said, life, began)
    if last.get(Field.STATUS, Status.OPEN) != Status.OPEN:
        life.change(by=speaker(connection), via=VIA, at=max(said.updated_at, life.ticket.updated_at), values=last)
    with transaction.atomic(), news_from(connection.pk):
        write_lives([life])
        row = link_ticket(life.ticket, connection, said.ref, words.known(said.fields), said, speaker(connection))
        ExternalPart.objects.bulk_create(
            [
                ExternalPart(
                    link=row, kind=PartKind.COMMENT, remote_id=said.id, comment=comment, digest=digest_of(said)
                )
                for said, comment in comments
            ]
        )
    return life.ticket


def _comments(
    connection: Connection, said: RemoteRecord, life: Life, began: datetime
) -> list[tuple[RemoteComment, Any]]:
    if not connection.takes_comments:
        return []
    written = []
    for comment in sorted(said.comments, key=lambda comment: comment.created_at):
        if body := text_of(comment):
            internal = connection.takes_as_notes or not comment.is_public
            by = author_of(connection, comment)
            at = max(comment.created_at, began)
            written.append((comment, life.comment(by=by, via=VIA, at=at, body=body, internal=internal)))
    return written
