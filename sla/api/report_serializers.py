"""Reports and performance as JSON."""

from typing import Any

from rest_framework import serializers

from sla.reports import Trend
from tickets.api.serializers.common import ReferenceSerializer


class FiguresSerializer(serializers.Serializer[Any]):
    met = serializers.IntegerField()
    breached = serializers.IntegerField(help_text="Ended late, or overdue now; without those waived.")
    waived = serializers.IntegerField()
    open = serializers.IntegerField(help_text="Neither ended nor overdue.")
    compliance = serializers.FloatField(allow_null=True, help_text="Percent met of those met or breached.")
    mean_used = serializers.FloatField(allow_null=True, help_text="Percent of the target used, of those that ended.")
    p90_used = serializers.IntegerField(allow_null=True, help_text="Nine of ten used no more than this.")


class ReportRowSerializer(FiguresSerializer):
    group = serializers.DictField(
        help_text="What it is grouped by → `{id, name}`, a value, or the first day of the period; null where there is none."
    )


class ReportSerializer(serializers.Serializer[Any]):
    period_start = serializers.DateTimeField()
    period_end = serializers.DateTimeField()
    group_by = serializers.ListField(child=serializers.CharField())
    anonymous = serializers.BooleanField()
    total = FiguresSerializer()
    rows = ReportRowSerializer(many=True)


class PerformanceSerializer(serializers.Serializer[Any]):
    technician = ReferenceSerializer()
    technician_id = serializers.IntegerField()
    technician_name = serializers.CharField()
    period_start = serializers.DateTimeField()
    period_end = serializers.DateTimeField()
    total_tickets = serializers.IntegerField(help_text="Resolved in the period.")
    sla_compliant_tickets = serializers.IntegerField(help_text="Those on which nothing was breached.")
    compliance_rate = serializers.FloatField(allow_null=True, help_text="Percent of promises met, of those decided.")
    breach_count = serializers.IntegerField()
    waived_count = serializers.IntegerField()
    average_response_time = serializers.FloatField(allow_null=True, help_text="Seconds of working time.")
    average_resolution_time = serializers.FloatField(allow_null=True, help_text="Seconds of working time.")
    performance_trend = serializers.ChoiceField(Trend.choices)
