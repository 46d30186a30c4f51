"""Creating and changing tickets."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tickets import events, search
from tickets.actions.changing import apply, check_status, current_value, find_conflicts, name_of, set_status_times
from tickets.actions.locking import lock, record
from tickets.choices import Channel, EventKind, Status
from tickets.errors import Conflict, Invalid, NotAllowed
from tickets.fields import REQUESTER_FIELDS, clean, custom_fields_for
from tickets.models import Tag, Ticket, User
from tickets.permissions import Actor, System, require
from tickets.text import render


def create_ticket(*, by: Actor, via: Channel, fields: Mapping[str, Any], at: datetime | None = None) -> Ticket:
    """Create a ticket from raw field values; only `title` is required.

    A requester always asks for themselves. Staff may name a requester; the organization follows the requester unless given.
    Raises Invalid, NotAllowed, NotFound.
    """
    require(by, "ticket.create")
    at = at or timezone.now()
    with transaction.atomic():
        values = clean(fields, by=by)
        _require_for_new(fields, values, by)
        requester = values.pop("requester", None) or _self(by)
        if isinstance(by, User) and not by.is_support_staff:
            requester = by
        tags = values.pop("tags", [])
        custom = {
            name.partition(".")[2]: values.pop(name) for name in list(values) if name.startswith("custom_fields.")
        }
        values.setdefault("organization", requester.organization)
        ticket = Ticket(
            **values,
            requester=requester,
            custom_fields={key: value for key, value in custom.items() if value is not None},
            channel=via,
            created_at=at,
            updated_at=at,
            version=1,
        )
        ticket.description_html = render(ticket.description)
        set_status_times(ticket, at)
        ticket.save(force_insert=True)
        if tags:
            ticket.tags.set(tag_rows(tags))
        search.index_ticket(ticket)
        given = {
            name: (None, name_of(getattr(ticket, name))) for name in values if getattr(ticket, name) not in (None, "")
        }
        given.pop("description", None)
        events.append(
            ticket,
            EventKind.TICKET_CREATED,
            by=by,
            via=via,
            at=at,
            changes=given | ({"tags": (None, tags)} if tags else {}),
        )
    return ticket


def _self(by: Actor) -> User:
    if isinstance(by, System):
        raise Invalid({"requester": ["Name the person who asks."]})
    return by


def _require_for_new(raw: Mapping[str, Any], values: Mapping[str, Any], by: Actor) -> None:
    errors: dict[str, list[str]] = {}
    if "title" not in values:
        errors["title"] = ["This field is required."]
    if values.get("status", Status.OPEN) == Status.RESOLVED and not values.get("resolution"):
        errors["resolution"] = ["Say how it was resolved."]
    if isinstance(by, User):
        for custom in custom_fields_for(by).filter(is_required=True):
            if values.get(f"custom_fields.{custom.key}") is None:
                errors[f"custom_fields.{custom.key}"] = ["This field is required."]
        if not by.is_support_staff:
            allowed = REQUESTER_FIELDS | {"category", "priority", "impact", "organization", "requester"}
            errors |= {name: ["Only support staff set this."] for name in raw if name not in allowed}
    if errors:
        raise Invalid(errors)


def change_ticket(
    *,
    ticket: Ticket,
    by: Actor,
    via: Channel,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    exact: bool = False,
) -> Ticket:
    """Change any fields of a ticket, as one event; returns the ticket as it is afterwards.

    With `base_version`, a field that somebody else changed since then to another value raises Conflict with both values, while
    changes to other fields go through; with `exact`, any newer version at all is refused.
    Raises Invalid, NotAllowed, NotFound, Conflict.
    """
    now = timezone.now()
    with transaction.atomic():
        ticket = lock(ticket, "ticket.change", by)
        values = clean(changes, by=by)
        if "requester" in values and values["requester"] is None:
            raise Invalid({"requester": ["A ticket needs somebody who asks."]})
        if isinstance(by, User) and not by.is_support_staff:
            _check_requester(ticket, values)
        if base_version is not None:
            find_conflicts(ticket, values, base_version, exact=exact)
        check_status(ticket, values)
        columns, changed = apply(ticket, values, at=now)
        if changed:
            if "tags" in changed:
                ticket.tags.set(tag_rows(values["tags"]))
            record(ticket, EventKind.TICKET_CHANGED, by=by, via=via, at=now, columns=columns, changes=changed)
            if columns & {"title", "description"}:
                search.index_ticket(ticket)
    return ticket


def _check_requester(ticket: Ticket, values: Mapping[str, Any]) -> None:
    foreign = [
        name
        for name, value in values.items()
        if name.partition(".")[0] not in REQUESTER_FIELDS and value != current_value(ticket, name)
    ]
    if foreign:
        raise NotAllowed(
            f"Only support staff change {', '.join(foreign)}. Write a reply instead.", required_role="technician"
        )
    status = values.get("status", ticket.status)
    if status != ticket.status and status not in (Status.OPEN, Status.CLOSED):
        raise NotAllowed(
            "You can close your ticket or open it again. Support staff set the other statuses.",
            required_role="technician",
        )


def tag_rows(names: Iterable[str]) -> list[Tag]:
    """Return the tags of these names, made where they are new."""
    wanted = set(names)
    known = {tag.name: tag for tag in Tag.objects.filter(name__in=wanted)}
    Tag.objects.bulk_create([Tag(name=name) for name in wanted - known.keys()], ignore_conflicts=True)
    return list(Tag.objects.filter(name__in=wanted))


def archive_ticket(*, ticket: Ticket, by: Actor, via: Channel) -> Ticket:
    """Take a ticket out of every list; it stays readable and can be restored."""
    return _set_archived(ticket, by, via, EventKind.TICKET_ARCHIVED)


def restore_ticket(*, ticket: Ticket, by: Actor, via: Channel) -> Ticket:
    """Bring an archived ticket back."""
    return _set_archived(ticket, by, via, EventKind.TICKET_RESTORED)


def _set_archived(ticket: Ticket, by: Actor, via: Channel, kind: EventKind) -> Ticket:
    now = timezone.now()
    with transaction.atomic():
        ticket = lock(ticket, "ticket.archive", by)
        archiving = kind == EventKind.TICKET_ARCHIVED
        if archiving != bool(ticket.archived_at):
            ticket.archived_at = now if archiving else None
            record(ticket, kind, by=by, via=via, at=now, columns=["archived_at"], public=False)
    return ticket


def rate_ticket(*, ticket: Ticket, by: User, via: Channel, rating: int, comment: str = "") -> Ticket:
    """Take the requester's answer to "how did we do", 1 to 5, on a resolved ticket; a later answer replaces it."""
    now = timezone.now()
    with transaction.atomic():
        ticket = lock(ticket, "ticket.rate", by)
        if not ticket.is_resolved:
            raise Conflict("Rate the answer once the ticket is resolved.", code="not_resolved")
        if isinstance(rating, bool) or not isinstance(rating, int) or not 1 <= rating <= 5:
            raise Invalid({"rating": ["Choose 1 to 5."]})
        old, ticket.rating = ticket.rating, rating
        ticket.rating_comment = clean({"resolution": comment}, by=by)["resolution"][:5_000]
        record(
            ticket,
            EventKind.TICKET_RATED,
            by=by,
            via=via,
            at=now,
            columns=["rating", "rating_comment"],
            changes={"rating": (old, rating)},
        )
    return ticket


def set_watching(*, ticket: Ticket, watcher: User, watching: bool, by: Actor, via: Channel) -> Ticket:
    """Add somebody to, or take somebody off, the people who follow a ticket. Others are added by support staff only."""
    now = timezone.now()
    with transaction.atomic():
        ticket = lock(ticket, "ticket.watch" if watcher == by else "ticket.work", by)
        if ticket.watchers.filter(pk=watcher.pk).exists() != watching:
            (ticket.watchers.add if watching else ticket.watchers.remove)(watcher)
            data = {"added" if watching else "removed": [name_of(watcher)]}
            record(ticket, EventKind.WATCHERS_CHANGED, by=by, via=via, at=now, data=data, public=False)
    return ticket
