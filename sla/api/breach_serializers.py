"""Breaches and waivers as JSON."""

from typing import Any

from rest_framework import serializers

from sla.choices import BreachState, Metric, PolicyKind
from sla.models import Breach, Waiver
from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.api.views import reference
from tickets.choices import Level


class BreachSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    ticket_id = serializers.IntegerField()
    breach_type = serializers.CharField(help_text="`response` or `resolution`.")
    kind = serializers.ChoiceField(PolicyKind.choices)
    metric = serializers.ChoiceField(Metric.choices)
    policy = ReferenceSerializer()
    policy_version = serializers.IntegerField()
    organization = ReferenceSerializer(allow_null=True)
    team = ReferenceSerializer(allow_null=True)
    technician = ReferenceSerializer(allow_null=True, help_text="Who had the ticket then.")
    target_seconds = serializers.IntegerField()
    severity = serializers.ChoiceField(Level.choices)
    customer_impact = serializers.CharField()
    escalation_required = serializers.BooleanField()
    breached_at = serializers.DateTimeField()
    detected_at = serializers.DateTimeField()
    late = serializers.BooleanField(help_text="The watch had not run when it happened.")
    late_by_seconds = serializers.IntegerField()
    state = serializers.ChoiceField(BreachState.choices)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = ReferenceSerializer(allow_null=True)
    waiver = serializers.IntegerField(allow_null=True)
    waiver_reason = serializers.CharField()


def breach_shape(breach: Breach) -> Shape:
    policy = breach.policy_version.policy
    return {
        "id": breach.pk,
        "ticket_id": breach.ticket_id,
        "breach_type": breach.breach_type,
        "kind": breach.kind,
        "metric": breach.metric,
        "policy": {"id": policy.pk, "name": policy.name},
        "policy_version": breach.policy_version.number,
        "organization": reference(breach.organization),
        "team": reference(breach.team),
        "technician": reference(breach.technician),
        "target_seconds": int(breach.target.total_seconds()),
        "severity": breach.severity,
        "customer_impact": breach.customer_impact,
        "escalation_required": breach.escalation_required,
        "breached_at": breach.reached_at,
        "detected_at": breach.detected_at,
        "late": breach.is_late,
        "late_by_seconds": round(breach.late_by.total_seconds()) if breach.is_late else 0,
        "state": breach.state,
        "acknowledged_at": breach.acknowledged_at,
        "acknowledged_by": reference(breach.acknowledged_by),
        "waiver": breach.waiver_id,
        "waiver_reason": breach.waiver.reason if breach.waiver else "",
    }


class WaiverWriteSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)
    breaches = serializers.ListField(child=serializers.IntegerField(), required=False, help_text="Ids.")
    organization = serializers.IntegerField(required=False)
    policy = serializers.IntegerField(required=False)
    since = serializers.DateTimeField(required=False, help_text="Breached from then on. Needs `until`.")
    until = serializers.DateTimeField(required=False, help_text="And before then.")


class WaiverSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    reason = serializers.CharField()
    terms = serializers.DictField(help_text="How the breaches were chosen.")
    breach_count = serializers.IntegerField()
    made_by = ReferenceSerializer(allow_null=True)
    made_at = serializers.DateTimeField()
    revoked_by = ReferenceSerializer(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


def waiver_shape(waiver: Waiver) -> Shape:
    return {
        "id": waiver.pk,
        "reason": waiver.reason,
        "terms": waiver.terms,
        "breach_count": waiver.breach_count,
        "made_by": reference(waiver.made_by),
        "made_at": waiver.made_at,
        "revoked_by": reference(waiver.revoked_by),
        "revoked_at": waiver.revoked_at,
    }
