"""Following a call that says only that something changed: what it says is asked for, and nothing in the call itself is believed."""

from datetime import timedelta
from functools import partial

from integrations import health
from integrations.actions.apply import apply_record
from integrations.actions.reading import read_again
from integrations.actions.sync import ask_for_sync
from integrations.choices import SyncKind
from integrations.errors import Busy, RemoteError, Unreadable
from integrations.models import ExternalLink, InboundEvent, SyncRun
from integrations.opened import opened
from integrations.permissions import System
from integrations.provider import Hint, RemoteRef
from integrations.turns import later
from tickets.choices import WorkState
from tickets.errors import Conflict

UNTIL_DONE = timedelta(seconds=5)  # while a run is at it that may have passed the change already


def follow_hint(row: InboundEvent, hint: Hint) -> None:
    """Read the record that is named, if it may concern a ticket, or ask what changed. Raises RemoteError, DomainError."""
    if hint.ref is None:
        _ask(row)
        return
    known = ExternalLink.objects.filter(connection=row.connection, remote_id=hint.ref.id)
    if row.connection.opens_tickets or known.exists():
        _read(row, hint.ref)


def _ask(row: InboundEvent) -> None:
    """Have a run begin, unless one has been asked for since the call: that one sees the change."""
    since = SyncRun.objects.filter(connection=row.connection, kind=SyncKind.CHANGES, created_at__gte=row.created_at)
    if since.exclude(state=WorkState.QUARANTINED).exists():
        return
    try:
        ask_for_sync(by=System(), connection=row.connection)
    except Conflict as conflict:
        later(row, conflict, UNTIL_DONE)


def _read(row: InboundEvent, ref: RemoteRef) -> None:
    try:
        with opened(row.connection) as provider:
            read_again(row.connection, provider, ref, partial(apply_record, row.connection))
    except Unreadable:
        return  # it is kept with the rows put aside
    except Busy as busy:
        later(row, busy, timedelta(seconds=busy.wait))
        return
    except RemoteError as error:
        health.note_trouble(row.connection, error)
        raise
    health.note_well(row.connection)
