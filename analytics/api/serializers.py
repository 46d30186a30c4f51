"""Analyses as the OpenAPI document describes them."""

from typing import Any

from rest_framework import serializers

FIGURES = "Figure → number; null where nothing was there to count."


class DateRangeSerializer(serializers.Serializer[Any]):
    start = serializers.DateField(help_text="First day.")
    end = serializers.DateField(help_text="Last day.")
    time_zone = serializers.CharField()


class GroupSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(allow_null=True, help_text="Of what it is about; null for tickets without any.")
    name = serializers.CharField(allow_blank=True)
    figures = serializers.DictField(help_text=FIGURES)


class MetricSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    unit = serializers.CharField()
    formula = serializers.CharField()
    main = serializers.CharField(help_text="The figure that stands for the metric.")
    figures = serializers.DictField(help_text=FIGURES)
    before = serializers.DictField(allow_null=True, help_text="The same of the period before.")
    change_percent = serializers.FloatField(allow_null=True, help_text="By how much the main figure rose.")
    groups = serializers.DictField(child=GroupSerializer(many=True), help_text="Dimension → its groups.")


class TrendsSerializer(serializers.Serializer[Any]):
    step = serializers.CharField(help_text="day, week or month")
    points = serializers.DictField(
        child=serializers.ListField(child=serializers.DictField()),
        help_text="Metric → its figures of each step, which `day` names by its first day.",
    )


class SummarySerializer(serializers.Serializer[Any]):
    total_tickets = serializers.IntegerField()
    key_insights = serializers.ListField(child=serializers.CharField())
    recommendations = serializers.ListField(child=serializers.CharField())


class TrendsAnswerSerializer(serializers.Serializer[Any]):
    generated_at = serializers.DateTimeField()
    date_range = DateRangeSerializer()
    ticket_count = serializers.IntegerField(help_text="Created in the period.")
    trends = TrendsSerializer()


class DashboardSerializer(TrendsAnswerSerializer):
    metrics = serializers.DictField(child=MetricSerializer())
    summary = SummarySerializer()


class PersonSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(allow_null=True, help_text="The user; null for tickets of nobody.")
    name = serializers.CharField(allow_blank=True)
    metrics = serializers.DictField(child=serializers.DictField(), help_text=f"Metric → {FIGURES}")


class PeopleSerializer(serializers.Serializer[Any]):
    generated_at = serializers.DateTimeField()
    date_range = DateRangeSerializer()
    technicians = PersonSerializer(many=True)


class ExpectedSerializer(serializers.Serializer[Any]):
    day = serializers.DateField(help_text="The day, or the first day of the week.")
    expected = serializers.FloatField()
    low = serializers.FloatField(help_text="8 of 10 lie from here")
    high = serializers.FloatField(help_text="to here.")


class ForecastLineSerializer(serializers.Serializer[Any]):
    points = ExpectedSerializer(many=True)
    error = serializers.FloatField(help_text="Mean miss of the backtest, in tickets.")
    naive_error = serializers.FloatField(help_text="The same of repeating the last season.")


class UnusualSerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    count = serializers.IntegerField()
    ordinary = serializers.FloatField(help_text="The median of the same weekday in the eight weeks before.")


class OutlookSerializer(serializers.Serializer[Any]):
    days = ForecastLineSerializer(allow_null=True)
    weeks = ForecastLineSerializer(allow_null=True)
    unusual = UnusualSerializer(many=True)
