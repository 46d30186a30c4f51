"""The steps of a change to a ticket: conflicts, status rules, and writing the new values onto the instance."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from tickets.choices import CLOSED_STATUSES, Status
from tickets.errors import Conflict, Invalid
from tickets.lifecycle import NEXT, may_follow
from tickets.models import Ticket, TicketEvent, User
from tickets.text import render

LONG_FIELDS = {"description"}  # too long to repeat in the log; the log says that it changed
LONG_IN_LOG = 500


def name_of(value: Any) -> Any:
    """Return a value as the event log keeps it: references by id and name, moments as ISO 8601 text."""
    if isinstance(value, User):
        return {"id": value.pk, "name": value.display_name}
    if isinstance(value, Model):
        return {"id": value.pk, "name": str(value)}
    if isinstance(value, date):
        return value.isoformat()
    return value[:LONG_IN_LOG] if isinstance(value, str) else value


def current_value(ticket: Ticket, field: str) -> Any:
    if field == "tags":
        return sorted(tag.name for tag in ticket.tags.all())
    group, _, key = field.partition(".")
    return ticket.custom_fields.get(key) if key else getattr(ticket, group)


def find_conflicts(ticket: Ticket, values: Mapping[str, Any], base_version: int, *, exact: bool) -> None:
    """Raise Conflict where somebody else set one of these fields to another value after `base_version`."""
    if base_version >= ticket.version:
        return
    if exact:
        raise Conflict(
            f"The ticket is at version {ticket.version}, you sent {base_version}. Read it again and repeat your change.",
            version=ticket.version,
        )
    touched: set[str] = set()
    for event in TicketEvent.objects.filter(ticket=ticket, version__gt=base_version).only("changes"):
        touched |= event.changes.keys()
    conflicts = {
        field: {"yours": name_of(value), "theirs": name_of(current_value(ticket, field))}
        for field, value in values.items()
        if field in touched and value != current_value(ticket, field)
    }
    if conflicts:
        raise Conflict(
            f"Somebody else changed {', '.join(conflicts)} in the meantime. "
            f"Choose which value to keep and send it with version {ticket.version}.",
            conflicts=conflicts,
            version=ticket.version,
        )


def check_status(ticket: Ticket, values: Mapping[str, Any]) -> None:
    """Raise Invalid where the new status may not follow the present one, or resolving lacks its resolution."""
    status = values.get("status", ticket.status)
    if not may_follow(ticket.status, status):
        ways = ", ".join(NEXT[ticket.status])
        raise Invalid({"status": [f"A ticket that is {Status(ticket.status).label.lower()} can become: {ways}."]})
    resolving = status == Status.RESOLVED and ticket.status != Status.RESOLVED
    if resolving and not (values.get("resolution") or ticket.resolution).strip():
        raise Invalid({"resolution": ["Say how it was resolved."]})


def apply(
    ticket: Ticket, values: Mapping[str, Any], *, at: datetime, undoing: bool = False
) -> tuple[set[str], dict[str, tuple[Any, Any]]]:
    """Write the values onto the instance. Returns the columns to save and the changes for the log; tags are left to the caller.

    What is undone has not happened: a resolution that is taken back is no reopening.
    """
    columns: set[str] = set()
    changed: dict[str, tuple[Any, Any]] = {}
    for field, value in values.items():
        old = current_value(ticket, field)
        if value == old or (value is None and old == ""):
            continue
        changed[field] = (None, None) if field in LONG_FIELDS else (name_of(old), name_of(value))
        if field == "tags":
            continue
        group, _, key = field.partition(".")
        if key:
            ticket.custom_fields = {k: v for k, v in ticket.custom_fields.items() if k != key} | (
                {} if value is None else {key: value}
            )
        else:
            setattr(ticket, group, value)
        columns.add(group)
    if "description" in columns:
        ticket.description_html = render(ticket.description)
        columns.add("description_html")
    if "status" in changed:
        columns |= set_status_times(ticket, at)
        columns |= count_reopening(ticket, changed["status"][0], undoing=undoing)
    return columns, changed


def set_status_times(ticket: Ticket, at: datetime) -> set[str]:
    """Keep `resolved_at` and `closed_at` in step with the status; returns the columns that belong to it."""
    if ticket.status not in CLOSED_STATUSES:
        ticket.resolved_at = ticket.closed_at = None
    else:
        ticket.resolved_at = ticket.resolved_at or at
        ticket.closed_at = at if ticket.status == Status.CLOSED else None
    return {"resolved_at", "closed_at"}


def count_reopening(ticket: Ticket, old: str, *, undoing: bool) -> set[str]:
    """Keep `reopen_count` in step with a change of status; returns the columns that belong to it."""
    was, is_closed = old in CLOSED_STATUSES, ticket.status in CLOSED_STATUSES
    if was and not is_closed and not undoing:
        ticket.reopen_count += 1
    elif undoing and is_closed and not was and ticket.reopen_count:
        ticket.reopen_count -= 1
    else:
        return set()
    return {"reopen_count"}
