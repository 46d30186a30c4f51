"""Tickets, their links and their timeline as JSON."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from tickets.actions.bulk import BulkResult
from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.choices import Channel, EventKind, Level, LinkKind, Status
from tickets.fields import custom_fields_for
from tickets.finding.names import Names, names_for
from tickets.models import CustomField, Ticket, TicketEvent, TicketLink, User


class TicketWriteSerializer(serializers.Serializer[Any]):
    """What can be set. References are ids (or `{"id": ...}` as they are read)."""

    title = serializers.CharField(max_length=255)
    description = serializers.CharField(required=False, max_length=100_000, help_text="Markdown.")
    status = serializers.ChoiceField(Status.choices, required=False)
    priority = serializers.ChoiceField(Level.choices, required=False)
    urgency = serializers.ChoiceField(Level.choices, required=False)
    impact = serializers.ChoiceField(Level.choices, required=False)
    category = serializers.IntegerField(required=False, allow_null=True)
    organization = serializers.IntegerField(required=False, allow_null=True)
    requester = serializers.IntegerField(required=False)
    assignee = serializers.IntegerField(required=False, allow_null=True)
    team = serializers.IntegerField(required=False, allow_null=True)
    tags = serializers.ListField(child=serializers.CharField(max_length=50), required=False)
    due_at = serializers.DateTimeField(required=False, allow_null=True)
    resolution = serializers.CharField(required=False, max_length=100_000, help_text="Needed to resolve.")
    custom_fields = serializers.DictField(required=False)


class TicketChangeSerializer(TicketWriteSerializer):
    title = serializers.CharField(required=False, max_length=255)
    version = serializers.IntegerField(
        required=False,
        help_text="The version you edited: fields that others changed since are refused, the rest goes through.",
    )


class TicketRowSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    reference = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    priority = serializers.ChoiceField(Level.choices)
    urgency = serializers.ChoiceField(Level.choices)
    impact = serializers.ChoiceField(Level.choices)
    risk = serializers.ChoiceField(Level.choices)
    category = ReferenceSerializer(allow_null=True)
    organization = ReferenceSerializer(allow_null=True)
    requester = ReferenceSerializer()
    assignee = ReferenceSerializer(allow_null=True)
    team = ReferenceSerializer(allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    custom_fields = serializers.DictField()
    channel = serializers.ChoiceField(Channel.choices)
    due_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    first_responded_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    archived_at = serializers.DateTimeField(allow_null=True)
    merged_into = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField()


class TicketSerializer(TicketRowSerializer):
    description_html = serializers.CharField(help_text="Cleaned, safe to show.")
    resolution = serializers.CharField()
    rating = serializers.IntegerField(allow_null=True)
    rating_comment = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # the metaclass takes it off the class
    external_id = serializers.CharField()


READ_ONLY = frozenset(TicketSerializer().fields) - frozenset(TicketWriteSerializer().fields)
PLAIN = (
    "title",
    "description",
    "status",
    "priority",
    "urgency",
    "impact",
    "risk",
    "custom_fields",
    "channel",
    "version",
)
MOMENTS = (
    "due_at",
    "created_at",
    "updated_at",
    "first_responded_at",
    "resolved_at",
    "closed_at",
    "archived_at",
)
REFERENCES = ("category", "organization", "requester", "assignee", "team")
MORE = ("description_html", "resolution", "rating", "rating_comment", "source", "external_id")
UNSHOWN = ("pk", "priority_rank", "risk_rank")  # what pages are cut by


def ticket_rows(tickets: QuerySet[Ticket], *more: str) -> Any:
    """Return the columns of a list as named tuples; `ticket_shapes` finds the names of what they refer to."""
    references = [f"{name}_id" for name in REFERENCES]
    columns = ("id", *PLAIN, *MOMENTS, "merged_into_id", *references, *UNSHOWN, *more)
    return tickets.values_list(*columns, named=True)


def ticket_shapes(rows: Sequence[Any], viewer: User) -> list[Shape]:
    """Return tickets as they stand in a list, from `ticket_rows`.

    A requester sees the custom fields that are on the portal.
    """
    names = names_for(rows)
    shapes = [_shape(row, names) for row in rows]
    if not viewer.is_support_staff and any(shape["custom_fields"] for shape in shapes):
        shown = portal_fields(viewer)
        for shape in shapes:
            shape["custom_fields"] = {key: value for key, value in shape["custom_fields"].items() if key in shown}
    return shapes


def portal_fields(viewer: User) -> set[str]:
    return set(custom_fields_for(viewer).values_list("key", flat=True))


def _shape(row: Any, names: Names) -> Shape:
    shape: Shape = row._asdict()
    for name in UNSHOWN:
        del shape[name]
    for name in REFERENCES:
        pk = shape.pop(f"{name}_id")
        shape[name] = pk and {"id": pk, "name": names.of(f"{name}_id", pk)}
    shape["reference"] = f"T-{row.pk}"
    shape["tags"] = names.tags.get(row.pk, [])
    shape["merged_into"] = shape.pop("merged_into_id")
    return shape


def ticket_detail(tickets: QuerySet[Ticket], viewer: User) -> Shape | None:
    """Return the one ticket with everything, None where there is none."""
    shapes = ticket_shapes(ticket_rows(tickets, *MORE)[:1], viewer)
    return shapes[0] if shapes else None


def hidden_changes(viewer: User) -> frozenset[str]:
    """Return the changes in the log that are not for this reader: custom fields that are not on the portal."""
    if viewer.is_support_staff:
        return frozenset()
    shown = portal_fields(viewer)
    keys = CustomField.objects.values_list("key", flat=True)
    return frozenset(f"custom_fields.{key}" for key in keys if key not in shown)


class EventSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    version = serializers.IntegerField(help_text="The ticket's version that this event made.")
    kind = serializers.ChoiceField(EventKind.choices)
    actor = serializers.CharField()
    actor_id = serializers.IntegerField(allow_null=True)
    channel = serializers.ChoiceField(Channel.choices)
    occurred_at = serializers.DateTimeField()
    changes = serializers.DictField(help_text="Field → [old, new].")
    data = serializers.DictField()  # type: ignore[assignment]  # the metaclass takes it off the class
    is_public = serializers.BooleanField()


INNER_DATA = frozenset({"joined", "old_status", "mentions"})  # who follows a ticket is the desk's own knowledge


def event_shape(event: TicketEvent, viewer: User, hidden: frozenset[str] = frozenset()) -> Shape:
    """`hidden` names changes that the reader may not see."""
    unseen = frozenset() if viewer.is_support_staff else INNER_DATA
    return {
        "id": event.pk,
        "version": event.version,
        "kind": event.kind,
        "actor": event.actor_name,
        "actor_id": event.actor_id,
        "channel": event.channel,
        "occurred_at": event.occurred_at,
        "changes": {field: pair for field, pair in event.changes.items() if field not in hidden},
        "data": {name: value for name, value in event.data.items() if name not in unseen},
        "is_public": event.is_public,
    }


class LinkWriteSerializer(serializers.Serializer[Any]):
    target = serializers.IntegerField(help_text="The other ticket.")
    kind = serializers.ChoiceField(LinkKind.choices, help_text="This ticket is <kind> (of, to) the target.")


class LinkedTicketSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    reference = serializers.CharField()
    title = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)


class LinkSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(LinkKind.choices)
    source = LinkedTicketSerializer()  # type: ignore[assignment]  # the metaclass takes it off the class
    target = LinkedTicketSerializer()
    created_at = serializers.DateTimeField()


def linked_shape(ticket: Ticket) -> Shape:
    return {"id": ticket.pk, "reference": ticket.reference, "title": ticket.title, "status": ticket.status}


def link_shape(link: TicketLink) -> Shape:
    return {
        "id": link.pk,
        "kind": link.kind,
        "source": linked_shape(link.source),
        "target": linked_shape(link.target),
        "created_at": link.created_at,
    }


class MergeSerializer(serializers.Serializer[Any]):
    into = serializers.IntegerField(help_text="The ticket that goes on.")


class RatingSerializer(serializers.Serializer[Any]):
    rating = serializers.IntegerField(min_value=1, max_value=5)
    comment = serializers.CharField(required=False)


class WatcherWriteSerializer(serializers.Serializer[Any]):
    user = serializers.IntegerField(required=False, help_text="Yourself unless given.")


class BulkChangesSerializer(TicketWriteSerializer):
    title = serializers.CharField(required=False, max_length=255)
    add_tags = serializers.ListField(child=serializers.CharField(), required=False)
    remove_tags = serializers.ListField(child=serializers.CharField(), required=False)


class BulkSerializer(serializers.Serializer[Any]):
    ids = serializers.ListField(child=serializers.IntegerField(), max_length=1000)
    changes = BulkChangesSerializer()


class BulkResultSerializer(serializers.Serializer[Any]):
    changed = serializers.ListField(child=serializers.IntegerField())
    refused = serializers.DictField(child=serializers.CharField(), help_text="Ticket id → why.")


def bulk_shape(result: BulkResult) -> Shape:
    return {"changed": result.changed, "refused": {str(pk): why for pk, why in result.refused.items()}}
