"""Waivers: forgiving a set of breaches with a reason, and taking that back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from sla.models import Breach, Policy, Waiver
from sla.models.breach import BreachQuerySet
from sla.permissions import Actor, require
from tickets.actions.people import signer
from tickets.bulk import update
from tickets.choices import Channel, EventKind
from tickets.errors import Conflict, Invalid, NotFound
from tickets.events import append_all, unsaved
from tickets.fields import Cleaner, clean_with, moment, reference, text, whole_number
from tickets.models import Organization, Ticket, TicketEvent, User

AT_MOST = 10_000  # breaches forgiven at once


def _ids(value: Any) -> list[int]:
    if not isinstance(value, list | tuple) or not value:
        raise ValueError("Give a list of ids.")
    return sorted({whole_number(part, "breaches") for part in value})


FIELDS: dict[str, Cleaner] = {
    "reason": lambda value, _: text(value, 500, required=True).strip(),
    "breaches": lambda value, _: _ids(value),
    "organization": lambda value, _: reference(value, Organization.objects.all(), by_name="name"),
    "policy": lambda value, _: reference(value, Policy.objects.all(), by_name="name"),
    "since": moment,
    "until": moment,
}


@transaction.atomic
def waive_breaches(*, by: Actor, via: Channel, fields: Mapping[str, Any]) -> Waiver:
    """Forgive the breaches that meet every condition given: `breaches` (ids), `organization`, `policy`, `since`, `until`.

    What another waiver forgives stays with that one. Raises NotAllowed, Invalid, NotFound.
    """
    require(by, "sla.waive")
    values = clean_with(FIELDS, fields, by=by)
    reason = values.pop("reason", "")
    chosen = {name: value for name, value in values.items() if value is not None}
    errors = _errors(reason, chosen)
    if errors:
        raise Invalid(errors)
    rows = chosen_by(chosen).filter(waiver=None)
    if isinstance(by, User):
        rows = rows.visible_to(by)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[: AT_MOST + 1])
    if not ids:
        raise NotFound("No breach meets these conditions, or all that do are waived already.")
    if len(ids) > AT_MOST:
        raise Invalid({"until": [f"More than {AT_MOST:,} breaches meet this. Choose a shorter period."]})
    waiver = Waiver.objects.create(reason=reason, terms=_said(chosen), made_by=signer(by), made_at=timezone.now())
    waiver.breach_count = _mark(ids, waiver, by, via)
    waiver.save(update_fields=["breach_count"])
    return waiver


@transaction.atomic
def revoke_waiver(*, waiver: Waiver, by: Actor, via: Channel) -> Waiver:
    """Take a waiver back: its breaches count again. Raises NotAllowed, Conflict."""
    require(by, "sla.waive")
    waiver = Waiver.objects.select_for_update().get(pk=waiver.pk)
    if waiver.revoked_at:
        raise Conflict("This waiver was taken back already.", code="already_revoked")
    waiver.revoked_at, waiver.revoked_by = timezone.now(), signer(by)
    waiver.save(update_fields=["revoked_at", "revoked_by"])
    _mark(list(waiver.breaches.values_list("pk", flat=True)), waiver, by, via)
    return waiver


def chosen_by(chosen: Mapping[str, Any]) -> BreachQuerySet:
    """Return the breaches that meet every condition."""
    lookups = {
        "breaches": "pk__in",
        "organization": "organization",
        "policy": "policy_version__policy",
        "since": "reached_at__gte",
        "until": "reached_at__lt",
    }
    return Breach.objects.filter(**{lookups[name]: value for name, value in chosen.items()})


def _errors(reason: str, chosen: Mapping[str, Any]) -> dict[str, list[str]]:
    errors = {} if reason else {"reason": ["Say why these are forgiven."]}
    since, until = chosen.get("since"), chosen.get("until")
    if since and until and since >= until:
        errors["until"] = ["The end lies after the beginning."]
    if "breaches" not in chosen and not (since and until):
        errors["since"] = ["Give since and until, or the ids of the breaches."]
    return errors


def _said(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the conditions as people will read them later."""
    said: dict[str, Any] = {}
    for name, value in chosen.items():
        named = isinstance(value, Organization | Policy)
        said[name] = (
            {"id": value.pk, "name": str(value)}
            if named
            else value.isoformat()
            if isinstance(value, datetime)
            else value
        )
    return said


def _mark(ids: list[int], waiver: Waiver, by: Actor, via: Channel) -> int:
    """Set the waiver of breaches, or clear it where it was taken back, with an event for each; returns for how many."""
    now, kind = timezone.now(), EventKind.SLA_UNWAIVED if waiver.revoked_at else EventKind.SLA_WAIVED
    rows = Ticket.objects.filter(pk__in=Breach.objects.filter(pk__in=ids).values("ticket")).order_by("pk")
    tickets = {ticket.pk: ticket for ticket in rows.select_for_update(of=("self",))}
    before = waiver if waiver.revoked_at else None  # whoever else forgave one before the tickets were locked keeps it
    breaches = list(Breach.objects.filter(pk__in=ids, waiver=before).order_by("pk"))
    events = [_event(tickets[breach.ticket_id], breach, waiver, kind, by, via, now) for breach in breaches]
    Breach.objects.filter(pk__in=[breach.pk for breach in breaches]).update(
        waiver=None if waiver.revoked_at else waiver
    )
    update(Ticket, list(tickets.values()), ["version", "updated_at"])
    append_all(events)
    return len(breaches)


def _event(
    ticket: Ticket, breach: Breach, waiver: Waiver, kind: EventKind, by: Actor, via: Channel, now: datetime
) -> TicketEvent:
    ticket.version += 1
    ticket.updated_at = max(now, ticket.updated_at)
    data = {"breach_id": breach.pk, "metric": breach.metric, "waiver_id": waiver.pk, "reason": waiver.reason}
    event = unsaved(kind, ticket.version, by=by, via=via, at=now, changes=None, data=data, public=False)
    event.ticket = ticket
    return event
