"""Reading again what was put aside."""

from functools import partial

from integrations import health
from integrations.actions.apply import apply_record
from integrations.actions.past import write_past
from integrations.actions.reading import read_again
from integrations.errors import Refused, RemoteError, stops_all
from integrations.models import ExternalLink, PutAside
from integrations.opened import opened
from integrations.permissions import Actor, require
from tickets.errors import Conflict, NotFound


def read_put_aside(*, by: Actor, row: PutAside) -> None:
    """Read the record again that a row is or belongs to, and take it over; then the row goes by itself. Waits for the network.

    Raises NotFound where it has gone already, Conflict and Invalid where it stays, NotAllowed.
    """
    require(by, "integration.manage")
    if not PutAside.objects.filter(pk=row.pk).exists():
        raise NotFound("It has been read in the meantime.")
    if not row.record:
        raise Conflict(
            "It names no record that could be asked for. Mend it there, or delete it under Admin.", code="no_record"
        )
    linked = ExternalLink.objects.filter(connection=row.connection, remote_id=row.record).exists()
    is_past = row.is_past and not linked
    use = partial(write_past if is_past else apply_record, row.connection)
    try:
        with opened(row.connection) as provider:
            read_again(row.connection, provider, row.ref, use, is_past=is_past)
    except RemoteError as error:
        if stops_all(error) or not isinstance(error, Refused):
            health.note_trouble(row.connection, error)
        raise Conflict(f"{row.connection.label} says: {error}", code="still_unreadable") from None
    if PutAside.objects.filter(pk=row.pk).exists():
        raise Conflict(f"It still cannot be read. {row.why}", code="still_unreadable")
