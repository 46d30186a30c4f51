"""Policies, their versions and the impact of an edit as JSON."""

from typing import Any

from rest_framework import serializers

from sla.choices import Metric, PolicyKind, Scope
from sla.impact import Impact
from sla.models import Policy, PolicyVersion
from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.api.views import reference


class PromisesSerializer(serializers.Serializer[Any]):
    position = serializers.IntegerField(required=False, help_text="Policies are tried in this order.")
    is_active = serializers.BooleanField(required=False)
    is_default = serializers.BooleanField(required=False, help_text="Holds where no other fits.")
    conditions = serializers.DictField(
        required=False,
        help_text="`organizations`, `tiers`, `categories`, `teams`, `tags`, `channels` → accepted ids, names or values.",
    )
    targets = serializers.DictField(
        help_text="Metric → priority → working time: minutes, or text like `15 min` or `4 h`. Metrics: "
        + ", ".join(Metric.values)
    )
    pauses = serializers.DictField(required=False, help_text="Metric → statuses in which its time rests.")
    warnings = serializers.ListField(child=serializers.IntegerField(), required=False, help_text="Percentages.")
    uses_customers_calendar = serializers.BooleanField(required=False)


class PolicyWriteSerializer(PromisesSerializer):
    name = serializers.CharField(max_length=100)
    kind = serializers.ChoiceField(PolicyKind.choices, required=False)
    calendar = serializers.IntegerField(help_text="Whose hours count; a name will do too.")
    scope = serializers.ChoiceField(Scope.choices, required=False)
    since = serializers.DateTimeField(required=False, help_text="With the scope `since`.")


class PolicySerializer(PromisesSerializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(PolicyKind.choices)
    version = serializers.IntegerField()
    calendar = ReferenceSerializer()


class PolicyVersionSerializer(PromisesSerializer):
    number = serializers.IntegerField()
    calendar = ReferenceSerializer()
    created_since = serializers.DateTimeField(allow_null=True)
    made_by = ReferenceSerializer(allow_null=True)
    made_at = serializers.DateTimeField()


class MovedSerializer(serializers.Serializer[Any]):
    ticket_id = serializers.IntegerField()
    metric = serializers.ChoiceField(Metric.choices)
    due_before = serializers.DateTimeField(allow_null=True)
    due_after = serializers.DateTimeField(allow_null=True)


class ImpactSerializer(serializers.Serializer[Any]):
    looked_at = serializers.IntegerField(help_text="Open tickets.")
    affected = serializers.IntegerField(help_text="Tickets for which something else would hold.")
    moved = serializers.IntegerField(help_text="Deadlines that come earlier or later, begin or end.")
    earlier = serializers.IntegerField()
    later = serializers.IntegerField()
    started = serializers.IntegerField()
    ended = serializers.IntegerField()
    breaches_created = serializers.IntegerField()
    breaches_removed = serializers.IntegerField()
    sample = MovedSerializer(many=True)


def promises_shape(version: PolicyVersion) -> Shape:
    return {
        "position": version.position,
        "is_active": version.is_active,
        "is_default": version.is_default,
        "conditions": version.conditions,
        "targets": version.targets,
        "pauses": version.pauses,
        "warnings": version.warnings,
        "calendar": reference(version.calendar),
        "uses_customers_calendar": version.uses_customers_calendar,
    }


def policy_shape(policy: Policy) -> Shape:
    latest = policy.latest
    named = {"id": policy.pk, "name": policy.name, "kind": policy.kind, "version": latest.number}
    return named | promises_shape(latest)


def policy_version_shape(version: PolicyVersion) -> Shape:
    return {
        "number": version.number,
        **promises_shape(version),
        "created_since": version.created_since,
        "made_by": reference(version.made_by),
        "made_at": version.made_at,
    }


def impact_shape(impact: Impact) -> Shape:
    names = ("looked_at", "affected", "moved", "earlier", "later", "started", "ended")
    counts = {name: getattr(impact, name) for name in (*names, "breaches_created", "breaches_removed")}
    return counts | {
        "sample": [
            {"ticket_id": ticket, "metric": metric, "due_before": old, "due_after": new}
            for ticket, metric, old, new in impact.sample
        ]
    }
