"""Reading a record as it is now. What of it cannot be read, or taken over, is kept until it can."""

from collections.abc import Callable
from dataclasses import asdict
from typing import TypeVar

from django.utils import timezone

from integrations.actions.aside import keep_aside, let_go
from integrations.aside import Unread, gathering
from integrations.choices import RowKind
from integrations.errors import Gone, Refused, Unreadable, stops_all
from integrations.models import Connection
from integrations.provider import Provider, RemoteRecord, RemoteRef
from tickets.errors import DomainError

T = TypeVar("T")


def read_again(
    connection: Connection,
    provider: Provider,
    ref: RemoteRef,
    use: Callable[[RemoteRecord], T],
    *,
    is_past: bool = False,
) -> T:
    """Hand the record to `use`, and return what that answers; a record that is not there any more, as gone.

    Raises RemoteError, and DomainError where `use` does.
    """
    said: RemoteRecord | None = None
    with gathering() as rows:
        try:
            said = _read(provider, ref)
            answer = use(said)
        except (Refused, DomainError) as error:
            if not isinstance(error, Unreadable) and not stops_all(error):
                why = error.sentence if isinstance(error, DomainError) else str(error)
                rows.append(Unread(RowKind.RECORD, ref.id, why, asdict(said) if said else None))
            raise
        else:
            let_go(connection, ref.id, rows)
            return answer
        finally:
            keep_aside(connection, rows, record=ref.id, is_past=is_past)


def _read(provider: Provider, ref: RemoteRef) -> RemoteRecord:
    try:
        return provider.read(ref)
    except Gone:
        return RemoteRecord(ref, {}, timezone.now(), is_gone=True)
