"""Escalation rules as JSON."""

from datetime import time
from typing import Any

from rest_framework import serializers

from sla.choices import Metric, PolicyKind
from sla.models import EscalationRule
from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.api.views import reference


class _RuleSerializer(serializers.Serializer[Any]):
    """What is written as it is read."""

    name = serializers.CharField(max_length=100)
    is_active = serializers.BooleanField(required=False)
    kind = serializers.ChoiceField(
        PolicyKind.choices, allow_blank=True, required=False, help_text="Empty: SLA and OLA."
    )
    metric = serializers.ChoiceField(Metric.choices, allow_blank=True, required=False, help_text="Empty: any of them.")
    threshold = serializers.IntegerField(
        required=False, help_text="Percent of the target, 1 to 1000; 100 unless told, 150 is half of it too late."
    )
    level = serializers.IntegerField(required=False, help_text="1 comes first; each level once for each promise.")
    delay_minutes = serializers.IntegerField(required=False, help_text="Real time after the level before.")
    notify_assignee = serializers.BooleanField(required=False)
    notify_lead = serializers.BooleanField(required=False, help_text="The lead of the ticket's team.")
    notify_managers = serializers.BooleanField(required=False)
    channel = serializers.CharField(
        required=False, max_length=100, allow_blank=True, help_text="Named in the event, for an integration."
    )
    raise_priority = serializers.BooleanField(required=False, help_text="By one level.")
    tag = serializers.CharField(required=False, max_length=50, allow_blank=True, help_text="One word.")
    quiet_from = serializers.TimeField(
        required=False, allow_null=True, help_text="Like `22:00`; what is due in quiet hours waits until they end."
    )
    quiet_until = serializers.TimeField(required=False, allow_null=True)
    quiet_zone = serializers.CharField(required=False, help_text="The IANA time zone of the two; UTC unless told.")


class RuleWriteSerializer(_RuleSerializer):
    policy = serializers.IntegerField(required=False, allow_null=True, help_text="An id; empty: any of them.")
    notify_person = serializers.IntegerField(required=False, allow_null=True, help_text="A user's id.")
    reassign_to = serializers.IntegerField(required=False, allow_null=True, help_text="A user's id.")
    quiet_calendar = serializers.IntegerField(
        required=False, allow_null=True, help_text="A calendar's id: outside of its hours it is quiet."
    )


class RuleSerializer(_RuleSerializer):
    id = serializers.IntegerField()
    policy = ReferenceSerializer(allow_null=True)
    notify_person = ReferenceSerializer(allow_null=True)
    reassign_to = ReferenceSerializer(allow_null=True)
    quiet_calendar = ReferenceSerializer(allow_null=True)
    since = serializers.DateTimeField(help_text="It looks at what is reached from then on: when it was saved last.")


def rule_shape(rule: EscalationRule) -> Shape:
    return {
        "id": rule.pk,
        "name": rule.name,
        "is_active": rule.is_active,
        "policy": reference(rule.policy),
        "kind": rule.kind,
        "metric": rule.metric,
        "threshold": rule.threshold,
        "level": rule.level,
        "delay_minutes": rule.delay_minutes,
        "notify_assignee": rule.notify_assignee,
        "notify_lead": rule.notify_lead,
        "notify_managers": rule.notify_managers,
        "notify_person": reference(rule.notify_person),
        "channel": rule.channel,
        "reassign_to": reference(rule.reassign_to),
        "raise_priority": rule.raise_priority,
        "tag": rule.tag,
        "quiet_calendar": reference(rule.quiet_calendar),
        "quiet_from": _clock(rule.quiet_from),
        "quiet_until": _clock(rule.quiet_until),
        "quiet_zone": rule.quiet_zone,
        "since": rule.since,
    }


def _clock(at: time | None) -> str | None:
    return f"{at:%H:%M}" if at else None
