"""Tickets, their links and their timeline as JSON."""

from typing import Any

from rest_framework import serializers

from tickets.actions.tickets import BulkResult
from tickets.api.serializers.common import ReferenceSerializer, Shape, moment
from tickets.choices import Channel, EventKind, Level, LinkKind, Status
from tickets.models import Ticket, TicketEvent, TicketLink


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
LIST_DEFERS = ("description_html", "resolution", "rating_comment")


def ticket_row(ticket: Ticket) -> Shape:
    """Return a ticket as it stands in a list. Needs `with_people()`."""
    category, organization, requester = ticket.category, ticket.organization, ticket.requester
    assignee, team = ticket.assignee, ticket.team
    return {
        "id": ticket.pk,
        "reference": ticket.reference,
        "title": ticket.title,
        "description": ticket.description,
        "status": ticket.status,
        "priority": ticket.priority,
        "urgency": ticket.urgency,
        "impact": ticket.impact,
        "risk": ticket.risk,
        "category": category and {"id": category.pk, "name": category.path},
        "organization": organization and {"id": organization.pk, "name": organization.name},
        "requester": {"id": requester.pk, "name": requester.display_name},
        "assignee": assignee and {"id": assignee.pk, "name": assignee.display_name},
        "team": team and {"id": team.pk, "name": team.name},
        "tags": [tag.name for tag in ticket.tags.all()],
        "custom_fields": ticket.custom_fields,
        "channel": ticket.channel,
        "due_at": moment(ticket.due_at),
        "created_at": moment(ticket.created_at),
        "updated_at": moment(ticket.updated_at),
        "first_responded_at": moment(ticket.first_responded_at),
        "resolved_at": moment(ticket.resolved_at),
        "closed_at": moment(ticket.closed_at),
        "archived_at": moment(ticket.archived_at),
        "merged_into": ticket.merged_into_id,
        "version": ticket.version,
    }


def ticket_detail(ticket: Ticket) -> Shape:
    return {
        **ticket_row(ticket),
        "description_html": ticket.description_html,
        "resolution": ticket.resolution,
        "rating": ticket.rating,
        "rating_comment": ticket.rating_comment,
        "source": ticket.source,
        "external_id": ticket.external_id,
    }


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


def event_shape(event: TicketEvent) -> Shape:
    return {
        "id": event.pk,
        "version": event.version,
        "kind": event.kind,
        "actor": event.actor_name,
        "actor_id": event.actor_id,
        "channel": event.channel,
        "occurred_at": moment(event.occurred_at),
        "changes": event.changes,
        "data": event.data,
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
        "created_at": moment(link.created_at),
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
