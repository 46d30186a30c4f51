"""Connections and what goes over them as JSON. Credentials go in and never come out."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from integrations.choices import Direction, Field, Health, SyncKind, Verb, Winner
from integrations.models import Connection, Delivery, Disagreement, ExternalLink, SyncRun
from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.api.views import reference
from tickets.choices import Level, WorkState

FLAGS = (
    *("is_enabled", "hands_on", "sends_comments", "sends_notes", "sends_files"),
    *("takes_comments", "takes_as_notes", "opens_tickets"),
)


class MappedFieldSerializer(serializers.Serializer[Any]):
    ours = serializers.ChoiceField(Field.choices)
    theirs = serializers.CharField(max_length=100)
    direction = serializers.ChoiceField(Direction.choices, required=False)
    winner = serializers.ChoiceField(
        Winner.choices, required=False, help_text="Whose value stays where both changed it."
    )


class MappedValueSerializer(serializers.Serializer[Any]):
    field = serializers.ChoiceField(Field.choices)
    ours = serializers.CharField(max_length=100)
    theirs = serializers.CharField(max_length=200)


class _ConnectionSerializer(serializers.Serializer[Any]):
    """What is written as it is read."""

    name = serializers.CharField(max_length=100)
    provider = serializers.CharField(help_text="`jira`, `github` …; stays as it is.")
    settings = serializers.DictField(
        required=False, help_text="As the system's schema says; merged into what is there."
    )
    is_enabled = serializers.BooleanField(required=False)
    hands_on = serializers.BooleanField(required=False, help_text="New tickets that fit are handed on by themselves.")
    sends_comments = serializers.BooleanField(required=False)
    sends_notes = serializers.BooleanField(required=False)
    sends_files = serializers.BooleanField(required=False)
    takes_comments = serializers.BooleanField(required=False)
    takes_as_notes = serializers.BooleanField(required=False)
    opens_tickets = serializers.BooleanField(required=False)
    tag = serializers.CharField(required=False, allow_blank=True)
    least_priority = serializers.ChoiceField(Level.choices, required=False, allow_blank=True)
    sync_minutes = serializers.IntegerField(required=False, help_text="0 to 1440; 0: never.")
    fields_ = MappedFieldSerializer(many=True, required=False)
    values = MappedValueSerializer(many=True, required=False)

    def get_fields(self) -> dict[str, Any]:
        found = super().get_fields()
        found["fields"] = found.pop("fields_")  # a serializer's own name
        return found


class ConnectionWriteSerializer(_ConnectionSerializer):
    credentials = serializers.DictField(
        required=False, help_text="Merged into what is kept, encrypted; empty text takes one away. Never answered."
    )
    owner = serializers.IntegerField(required=False, help_text="A user's id; you unless told.")
    organization = serializers.IntegerField(required=False, allow_null=True)
    team = serializers.IntegerField(required=False, allow_null=True)
    category = serializers.IntegerField(required=False, allow_null=True)


class ConnectionSerializer(_ConnectionSerializer):
    id = serializers.IntegerField()
    owner = ReferenceSerializer()
    organization = ReferenceSerializer(allow_null=True)
    team = ReferenceSerializer(allow_null=True)
    category = ReferenceSerializer(allow_null=True)
    credentials_given = serializers.ListField(child=serializers.CharField(), help_text="Names only.")
    webhook_url = serializers.URLField(help_text="Give this to the other system; who knows it can call it.")
    health = serializers.ChoiceField(Health.choices)
    health_detail = serializers.CharField(allow_blank=True)
    checked_at = serializers.DateTimeField(allow_null=True)


class FactSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    value = serializers.CharField()


class IdentitySerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(["ok"])
    account = serializers.CharField()
    name = serializers.CharField()
    facts = FactSerializer(many=True, help_text="What else the system told, such as which statuses it has.")


class SyncWriteSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(SyncKind.choices, required=False)


class SyncRunSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(SyncKind.choices)
    state = serializers.ChoiceField(WorkState.choices)
    pages = serializers.IntegerField()
    seen = serializers.IntegerField()
    changed = serializers.IntegerField()
    refused = serializers.IntegerField()
    report = serializers.ListField(
        child=serializers.DictField(), help_text="Of a comparison: ticket, key, field, both values, what became of it."
    )
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class DisagreementSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    field = serializers.ChoiceField(Field.choices)
    ours = serializers.JSONField()
    theirs = serializers.JSONField()


class ExternalLinkSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    connection = ReferenceSerializer()
    provider = serializers.CharField()
    key = serializers.CharField()
    url = serializers.CharField()
    disagreements = DisagreementSerializer(many=True, help_text="Fields that both sides changed, to be decided on.")


class HandOnSerializer(serializers.Serializer[Any]):
    connection = serializers.IntegerField(help_text="Its id.")


class DeliverySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    connection = ReferenceSerializer()
    verb = serializers.ChoiceField(Verb.choices)
    state = serializers.ChoiceField(WorkState.choices)


class SettleSerializer(serializers.Serializer[Any]):
    keep = serializers.ChoiceField(["ours", "theirs"])


def webhook_url(connection: Connection) -> str:
    return f"{settings.SITE_URL}/api/v1/integrations/{connection.provider}/webhook/{connection.token}"


def connection_shape(row: Connection) -> Shape:
    return {
        "id": row.pk,
        "name": row.name,
        "provider": row.provider,
        "settings": row.settings,
        "credentials_given": sorted(name for name, value in row.secrets.items() if value),
        "webhook_url": webhook_url(row),
        **{flag: getattr(row, flag) for flag in FLAGS},
        "tag": row.tag,
        "least_priority": row.least_priority,
        "sync_minutes": row.sync_minutes,
        "owner": reference(row.owner),
        "organization": reference(row.organization),
        "team": reference(row.team),
        "category": reference(row.category),
        "fields": [
            {"ours": field.ours, "theirs": field.theirs, "direction": field.direction, "winner": field.winner}
            for field in row.fields.all()
        ],
        "values": [{"field": value.field, "ours": value.ours, "theirs": value.theirs} for value in row.values.all()],
        "health": row.health,
        "health_detail": row.health_detail,
        "checked_at": row.checked_at,
    }


def run_shape(row: SyncRun) -> Shape:
    names = ("kind", "state", "pages", "seen", "changed", "refused", "report", "created_at", "finished_at")
    return {"id": row.pk, **{name: getattr(row, name) for name in names}}


def disagreement_shape(row: Disagreement) -> Shape:
    return {"id": row.pk, "field": row.field, "ours": row.ours, "theirs": row.theirs}


def link_shape(row: ExternalLink) -> Shape:
    waiting = [found for found in row.disagreements.all() if found.settled_at is None]
    return {
        "id": row.pk,
        "connection": reference(row.connection),
        "provider": row.connection.provider,
        "key": row.remote_key,
        "url": row.url,
        "disagreements": [disagreement_shape(found) for found in waiting],
    }


def delivery_shape(row: Delivery) -> Shape:
    return {"id": row.pk, "connection": reference(row.connection), "verb": row.verb, "state": row.state}
