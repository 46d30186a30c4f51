"""Writing down that a ticket and a record are the same thing, and that they are no longer."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from integrations.choices import Verb
from integrations.models import Connection, Delivery, ExternalLink
from integrations.permissions import Actor, System, require
from integrations.provider import RemoteRecord, RemoteRef
from tickets.actions.locking import lock, record
from tickets.choices import Channel, EventKind
from tickets.errors import NotFound
from tickets.models import Ticket, User


def web_address(url: str) -> str:
    """Return an address that pages may link to; nothing for one that leads elsewhere than the web."""
    return url if url.startswith(("https://", "http://")) and len(url) <= 500 else ""


def speaker(connection: Connection) -> System:
    """Who acts where the other system does."""
    return System(connection.name)


def link_ticket(
    ticket: Ticket,
    connection: Connection,
    ref: RemoteRef,
    agreed: Mapping[str, Any],
    seen: RemoteRecord | None,
    by: Actor,
) -> ExternalLink:
    """Link a locked ticket to a record and tell the timeline; `seen` is the record as it was read last."""
    made = ExternalLink.objects.create(
        connection=connection,
        ticket=ticket,
        remote_id=ref.id,
        remote_key=ref.key,
        url=web_address(ref.url),
        agreed=dict(agreed),
        remote_updated_at=seen.updated_at if seen else None,
    )
    _tell(ticket, connection, ref, by)
    return made


def unlink_ticket(ticket: Ticket, row: ExternalLink, by: Actor) -> None:
    """Forget that a locked ticket is known there, because it is gone there, and tell the timeline."""
    _tell(ticket, row.connection, row.ref, by, gone=True)
    row.delete()


def _tell(
    ticket: Ticket, connection: Connection, ref: RemoteRef, by: Actor, via: Channel = Channel.SYSTEM, **said: bool
) -> None:
    data = {"connection": connection.name, "key": ref.key, "url": ref.url, "gone": False, **said}
    kind = EventKind.EXTERNALLY_LINKED
    record(ticket, kind, by=by, via=via, at=timezone.now(), data=data, public=False)


@transaction.atomic
def unlink_by_hand(*, link: ExternalLink, by: User, via: Channel) -> None:
    """Part a ticket from its record; both stay as they are, and what was still to be told is not. Raises NotAllowed, NotFound.

    Its next change there opens another ticket where the connection opens tickets, unless the record was made from here.
    """
    ticket = lock(link.ticket, "ticket.work", by)
    require(by, "integration.view")
    row = ExternalLink.objects.select_for_update().select_related("connection").filter(pk=link.pk).first()
    if row is None:
        raise NotFound("The two are not linked any more.")
    Delivery.objects.filter(connection=row.connection, ticket=ticket).exclude(verb=Verb.CREATE).delete()
    _tell(ticket, row.connection, row.ref, by, via, parted=True)
    row.delete()
