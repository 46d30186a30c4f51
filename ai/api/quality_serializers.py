"""The quality of advice as JSON."""

from typing import Any

from rest_framework import serializers

from ai.quality.drift import Drift, Word
from ai.quality.report import NamedGroup, Report
from ai.quality.shares import Share
from ai.quality.tally import Advisor, Quality
from tickets.api.serializers.common import Shape

WORDS = [(word.value, word.value) for word in Word]


class ShareSerializer(serializers.Serializer[Any]):
    rate = serializers.FloatField(allow_null=True, help_text="0 to 1; null below 20 cases.")
    low = serializers.FloatField(allow_null=True, help_text="95 % interval (Wilson).")
    high = serializers.FloatField(allow_null=True)
    count = serializers.IntegerField()


class CalibrationBinSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    said = serializers.FloatField(help_text="Mean probability that was told.")
    came = serializers.FloatField(help_text="Share that came true.")


class DriftSerializer(serializers.Serializer[Any]):
    index = serializers.FloatField(allow_null=True, help_text="Population stability index.")
    word = serializers.ChoiceField(WORDS)


class AdvisorQualitySerializer(serializers.Serializer[Any]):
    advisor = serializers.ChoiceField([(one.value, one.value) for one in Advisor])
    subject = serializers.CharField(help_text="The field, the moment of a forecast, or the agent.")
    version = serializers.CharField(allow_null=True, help_text="null: all versions together.")
    in_use = serializers.BooleanField()
    advised = serializers.IntegerField()
    outcomes = serializers.DictField(child=serializers.IntegerField())
    accuracy = ShareSerializer(help_text="accepted / (accepted + corrected)")
    acceptance = ShareSerializer(help_text="accepted / (accepted + corrected + dismissed)")
    answered = ShareSerializer(help_text="Of the runs of an agent.")
    calibration_error = serializers.FloatField(allow_null=True)
    calibration = CalibrationBinSerializer(many=True)
    brier = serializers.FloatField(allow_null=True)
    auc = serializers.FloatField(allow_null=True)
    latency_p50 = serializers.IntegerField(allow_null=True, help_text="Milliseconds.")
    latency_p95 = serializers.IntegerField(allow_null=True, help_text="Milliseconds.")
    cost = serializers.FloatField(allow_null=True, help_text="USD.")
    drift = DriftSerializer(allow_null=True, help_text="Of what is decided on.")
    drift_of_confidence = DriftSerializer(allow_null=True)


class ServedGroupSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(
        help_text="The organization's number or the language's code; `none` where there is none."
    )
    name = serializers.CharField()
    accuracy = ShareSerializer()
    acceptance = ShareSerializer()
    accuracy_elsewhere = ShareSerializer()
    chance = serializers.FloatField(
        allow_null=True, help_text="Of such a difference where there is none; null: too few."
    )
    worse = serializers.BooleanField()


class TriageSpeedSerializer(serializers.Serializer[Any]):
    p50 = serializers.IntegerField(allow_null=True, help_text="Milliseconds from a new ticket to its triage.")
    p95 = serializers.IntegerField(allow_null=True)


class AdviceQualitySerializer(serializers.Serializer[Any]):
    period_start = serializers.DateTimeField()
    period_end = serializers.DateTimeField()
    advisors = AdvisorQualitySerializer(many=True)
    triage_latency = TriageSpeedSerializer()
    organizations = ServedGroupSerializer(many=True)
    languages = ServedGroupSerializer(many=True)


def report_shape(told: Report) -> Shape:
    return {
        "period_start": told.window.since,
        "period_end": told.window.until,
        "advisors": [quality_shape(one) for one in told.qualities],
        "triage_latency": dict(zip(("p50", "p95"), told.speed, strict=True)),
        "organizations": [_group(one) for one in told.organizations],
        "languages": [_group(one) for one in told.languages],
    }


def quality_shape(one: Quality) -> Shape:
    return {
        "advisor": one.key.advisor.value,
        "subject": one.key.subject,
        "version": one.key.version or None,
        "in_use": one.is_in_use,
        "advised": one.advised,
        "outcomes": one.outcomes,
        "accuracy": _share(one.accuracy),
        "acceptance": _share(one.acceptance),
        "answered": _share(one.answered),
        "calibration_error": _rounded(one.calibration_error),
        "calibration": [{"count": b.count, "said": _rounded(b.said), "came": _rounded(b.rate)} for b in one.bins],
        "brier": _rounded(one.brier),
        "auc": _rounded(one.auc),
        "latency_p50": one.p50,
        "latency_p95": one.p95,
        "cost": None if one.cost is None else float(one.cost),
        "drift": _drift(one.drift),
        "drift_of_confidence": _drift(one.sureness),
    }


def _group(named: NamedGroup) -> Shape:
    one = named.group
    return {
        "key": one.key,
        "name": named.name,
        "accuracy": _share(one.accuracy),
        "acceptance": _share(one.acceptance),
        "accuracy_elsewhere": _share(one.rest),
        "chance": _rounded(one.chance),
        "worse": one.is_worse,
    }


def _share(of: Share) -> Shape:
    low, high = of.interval or (None, None)
    return {"rate": _rounded(of.rate), "low": _rounded(low), "high": _rounded(high), "count": of.count}


def _drift(of: Drift | None) -> Shape | None:
    return None if of is None else {"index": _rounded(of.index), "word": of.word.value}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
