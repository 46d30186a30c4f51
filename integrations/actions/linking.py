"""Writing down that a ticket and a record are the same thing, and that they are no longer."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from integrations.models import Connection, ExternalLink
from integrations.permissions import Actor, System
from integrations.provider import RemoteRecord, RemoteRef
from tickets.actions.locking import record
from tickets.choices import Channel, EventKind
from tickets.models import Ticket


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
    _tell(ticket, connection, ref, by, gone=False)
    return made


def unlink_ticket(ticket: Ticket, row: ExternalLink, by: Actor) -> None:
    """Forget that a locked ticket is known there, and tell the timeline."""
    _tell(ticket, row.connection, row.ref, by, gone=True)
    row.delete()


def _tell(ticket: Ticket, connection: Connection, ref: RemoteRef, by: Actor, *, gone: bool) -> None:
    data = {"connection": connection.name, "key": ref.key, "url": ref.url, "gone": gone}
    kind = EventKind.EXTERNALLY_LINKED
    record(ticket, kind, by=by, via=Channel.SYSTEM, at=timezone.now(), data=data, public=False)
