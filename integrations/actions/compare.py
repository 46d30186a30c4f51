"""Comparing every linked ticket with its record: what differs is brought in step by the fields' rules, and all of it is reported."""

import logging
from functools import partial
from typing import Any

from integrations.actions import hand_on
from integrations.actions.apply import apply_record
from integrations.actions.reading import read_again
from integrations.choices import Parity, PartKind
from integrations.errors import Refused, stops_all
from integrations.models import ExternalLink, PutAside, SyncRun
from integrations.provider import Provider, RemoteRecord
from integrations.translation import Translation
from tickets.actions.changing import current_value
from tickets.errors import DomainError
from tickets.models import Ticket

logger = logging.getLogger(__name__)
LINES_AT_MOST = 500
LENGTH = 200  # of a value in the report


def compare_links(row: SyncRun, provider: Provider) -> None:
    """Go through the links in their order, from where the last try stopped. Raises RemoteError."""
    words = Translation(row.connection)
    links = ExternalLink.objects.filter(connection=row.connection, pk__gt=row.cursor.get("after", 0))
    for link in links.order_by("pk").iterator():
        try:
            read_again(row.connection, provider, link.ref, partial(_bring_in_step, row, link, words, provider))
        except (DomainError, Refused) as error:
            if stops_all(error):
                raise
            row.refused += 1
            logger.warning("a link could not be compared", extra={"link": link.pk, "error": type(error).__name__})
        for unread in PutAside.objects.filter(connection=row.connection, record=link.remote_id):
            _report(row, link, Parity.UNREADABLE, theirs=f"{unread}: {unread.why}")
        row.seen += 1
        row.cursor = {"after": link.pk}
        row.save(update_fields=["cursor", "seen", "changed", "refused", "report"])
        SyncRun.objects.filter(pk=row.pk, lease=row.lease).update(
            attempts=1
        )  # attempts without progress are what counts


def _bring_in_step(
    row: SyncRun, link: ExternalLink, words: Translation, provider: Provider, said: RemoteRecord
) -> None:
    before = _differences(link, words, said)
    apply_record(row.connection, said)
    if said.is_gone:
        row.changed += 1
        _report(row, link, Parity.GONE)
        return
    missing = _missing_comments(link, said, provider)
    after = _differences(link, words, said)
    if after:
        hand_on.update(link)
    row.changed += before.keys() > after.keys()
    if missing:
        _report(row, link, Parity.OURS, field="comments", ours=f"{missing} stay here", theirs="not there any more")
    for field, (ours, theirs) in before.items():
        outcome = Parity.OURS if field in after else Parity.THEIRS
        _report(row, link, outcome, field=field, ours=str(ours), theirs=str(theirs))


def _missing_comments(link: ExternalLink, said: RemoteRecord, provider: Provider) -> int:
    """Return how many comments of theirs are not shown any more and, asked for one by one, not found.

    They stay: what was deleted and what our account may no longer see look alike, and a redaction cannot be taken back.
    """
    shown = [comment.id for comment in said.comments]
    taken = link.parts.filter(kind=PartKind.COMMENT, is_ours=False, comment__redacted_at=None).exclude(comment=None)
    missing = [part for part in taken if part.remote_id not in shown]
    return sum(provider.is_comment_gone(link.ref, part.remote_id) for part in missing)


def _differences(link: ExternalLink, words: Translation, said: RemoteRecord) -> dict[str, tuple[Any, Any]]:
    """Return the fields that both sides have a say in, and in which they differ, with both values."""
    ticket = Ticket.objects.get(pk=link.ticket_id)
    found = {}
    for mapped in words.inward():
        ours = current_value(ticket, mapped.ours)
        if mapped.theirs in said.fields and not words.same_there(mapped.ours, ours, said.fields[mapped.theirs]):
            found[mapped.ours] = (ours, said.fields[mapped.theirs])
    return found


def _report(row: SyncRun, link: ExternalLink, outcome: Parity, **values: str) -> None:
    if len(row.report) < LINES_AT_MOST:
        told = {name: value[:LENGTH] for name, value in values.items()}
        row.report.append({"ticket": link.ticket_id, "key": link.remote_key, "outcome": outcome.value, **told})
