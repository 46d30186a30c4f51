"""Taking back one's own change of a moment ago: what "Undo" does."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from tickets import search
from tickets.actions.changing import LONG_FIELDS, LONG_IN_LOG, apply
from tickets.actions.locking import lock, record
from tickets.actions.tickets import tag_rows
from tickets.choices import Channel, EventKind
from tickets.errors import Conflict
from tickets.fields import clean
from tickets.models import Ticket, TicketEvent, User


def revert_change(*, ticket: Ticket, by: User, via: Channel, version: int) -> Ticket:
    """Set the fields that `by` changed with event `version` back to what they were, as a new event.

    The old status is taken back even where no rule leads to it: it was the ticket's a moment ago.
    Raises Conflict where there is nothing to take back or somebody has changed one of the fields since; NotAllowed, NotFound.
    """
    now = timezone.now()
    with transaction.atomic():
        ticket = lock(ticket, "ticket.change", by)
        event = ticket.events.filter(version=version, kind=EventKind.TICKET_CHANGED, actor=by).first()
        values = clean(_old_values(event), by=by)
        touched: set[str] = set()
        for later in ticket.events.filter(version__gt=version).only("changes"):
            touched |= later.changes.keys()
        if touched & values.keys():
            raise Conflict(
                f"{', '.join(sorted(touched & values.keys()))} changed again since. Set it by hand.",
                code="changed_since",
            )
        columns, changed = apply(ticket, values, at=now, undoing=True)
        if changed:
            if "tags" in changed:
                ticket.tags.set(tag_rows(values["tags"]))
            data = {"undoes": version}
            record(
                ticket, EventKind.TICKET_CHANGED, by=by, via=via, at=now, columns=columns, changes=changed, data=data
            )
            if "title" in columns:
                search.index_ticket(ticket)
    return ticket


def _old_values(event: TicketEvent | None) -> dict[str, Any]:
    """Return the fields of an event with their old values, as `fields.clean` takes them."""
    if event is None or not event.changes:
        raise Conflict("There is no change of yours to take back.", code="nothing_to_undo")
    old = {field: pair[0] for field, pair in event.changes.items()}
    if old.keys() & LONG_FIELDS or any(isinstance(value, str) and len(value) >= LONG_IN_LOG for value in old.values()):
        raise Conflict("A long text cannot be taken back; the log does not keep it.", code="nothing_to_undo")
    custom = {name.partition(".")[2]: old.pop(name) for name in list(old) if name.startswith("custom_fields.")}
    if "tags" in old:
        old["tags"] = old["tags"] or []
    return old | ({"custom_fields": custom} if custom else {})
