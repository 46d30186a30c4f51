"""Asking what changed: a run for each connection when its time has come, page by page, with a cursor kept."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction

from integrations import health
from integrations.actions.apply import apply_record
from integrations.actions.aside import keep_aside
from integrations.actions.compare import compare_links
from integrations.actions.past import write_past
from integrations.actions.reading import read_again
from integrations.actions.storing import receive_letter
from integrations.aside import gathering
from integrations.choices import Ability, SyncKind
from integrations.errors import Busy, NotConnected, Refused, RemoteError, stops_all
from integrations.models import Connection, ExternalLink, SyncRun
from integrations.opened import can_it, opened
from integrations.permissions import Actor, System, require
from integrations.provider import Page, Provider, RawLetter, RemoteRecord
from integrations.turns import later
from tickets import work
from tickets.errors import Conflict, DomainError
from tickets.models import User

logger = logging.getLogger(__name__)
PAGES_AT_MOST = 200  # of one run; what is left, the next one takes
NEEDED = {SyncKind.CHANGES: Ability.CHANGES, SyncKind.HISTORY: Ability.IMPORT, SyncKind.CHECK: Ability.READ}


@transaction.atomic
def ask_for_sync(*, by: Actor, connection: Connection, kind: SyncKind = SyncKind.CHANGES) -> SyncRun:
    """Have a run begin now; returns it. Raises Conflict while one is at it, NotConnected, NotAllowed."""
    require(by, "integration.manage")
    if not connection.is_enabled:
        raise NotConnected(f"{connection} is switched off. Switch it on first.")
    if not can_it(connection, NEEDED[kind]):
        raise NotConnected(f"{connection.label} cannot be asked for that.")
    try:
        with transaction.atomic():
            asked_by = by if isinstance(by, User) else None
            return work.enqueue(SyncRun(connection=connection, kind=kind, asked_by=asked_by))
    except IntegrityError:
        raise Conflict("A run is at it already. Wait until it is done.", code="already_asked") from None


def begin_due(now: datetime) -> int:
    """Begin the runs whose time has come; of two schedulers, one does. Returns how many."""
    due = Connection.objects.enabled().filter(sync_minutes__gt=0, next_sync_at__lte=now)
    begun = 0
    for connection in due:
        again_at = now + timedelta(minutes=connection.sync_minutes)
        mine = Connection.objects.filter(pk=connection.pk, next_sync_at=connection.next_sync_at)
        if not mine.update(next_sync_at=again_at):
            continue
        try:
            ask_for_sync(by=System(), connection=connection)
            begun += 1
        except DomainError as error:
            logger.info("no run begun", extra={"connection": connection.pk, "code": error.code})
    return begun


@work.handles(SyncRun)
def carry_out(row: SyncRun) -> None:
    """Ask page by page, from where the last try stopped. Raises RemoteError."""
    if not row.connection.is_enabled:
        raise Refused("The connection is switched off.")
    try:
        with opened(row.connection) as provider:
            (compare_links if row.kind == SyncKind.CHECK else _ask)(row, provider)
    except DomainError as error:
        raise Refused(error.sentence) from error
    except Busy as busy:
        later(row, busy, timedelta(seconds=busy.wait))
    except RemoteError as error:
        health.note_trouble(row.connection, error)
        raise
    else:
        health.note_well(row.connection)


def _ask(row: SyncRun, provider: Provider) -> None:
    changes = row.kind == SyncKind.CHANGES
    cursor: Mapping[str, Any] = row.cursor or (row.connection.cursor if changes else {})
    for _ in range(PAGES_AT_MOST):
        with gathering() as unread:
            page = provider.changes(cursor) if changes else provider.history(cursor)
        keep_aside(row.connection, unread, is_past=not changes)
        for record in page.records:
            _take(row, provider, record)
        for letter in page.letters:
            _store_letter(row, letter)
        provider.acknowledge(page)
        stuck = page.more and page.cursor == cursor
        cursor = page.cursor
        _keep(row, page, done=stuck or not page.more)
        if stuck or not page.more:
            return
    if changes:
        Connection.objects.filter(pk=row.connection_id).update(cursor=dict(cursor))


def _keep(row: SyncRun, page: Page, *, done: bool) -> None:
    """Write down how far the run has come, and at its end where the next one begins."""
    row.cursor, row.pages = page.cursor, row.pages + 1
    row.save(update_fields=["cursor", "pages", "seen", "changed", "refused"])
    SyncRun.objects.filter(pk=row.pk, lease=row.lease).update(attempts=1)  # attempts without progress are what counts
    if done and row.kind == SyncKind.CHANGES:
        Connection.objects.filter(pk=row.connection_id).update(cursor=page.cursor)


def _take(row: SyncRun, provider: Provider, record: RemoteRecord) -> None:
    """Take one record over, if it is news of something we know or open tickets for; one bad record does not stop the run."""
    row.seen += 1
    link = ExternalLink.objects.filter(connection=row.connection, remote_id=record.ref.id).first()
    new = row.kind == SyncKind.HISTORY or (row.connection.opens_tickets and record.in_scope)
    if link is None and not new:
        return
    if link is not None and link.remote_updated_at is not None and record.updated_at <= link.remote_updated_at:
        return
    try:
        is_past = link is None and row.kind == SyncKind.HISTORY
        use = partial(write_past if is_past else apply_record, row.connection)
        read_again(row.connection, provider, record.ref, use, is_past=is_past)
        row.changed += 1
    except (DomainError, Refused) as error:
        if stops_all(error):
            raise
        row.refused += 1
        logger.warning("a record was refused", extra={"connection": row.connection_id, "error": type(error).__name__})


def _store_letter(row: SyncRun, letter: RawLetter) -> None:
    """Store a letter, to be carried out later. One that cannot be stored stays in the mailbox."""
    row.seen += 1
    try:
        row.changed += receive_letter(connection=row.connection, raw=letter.raw) is not None
    except DomainError as error:
        row.refused += 1
        logger.warning("a letter was refused", extra={"connection": row.connection_id, "code": error.code})
