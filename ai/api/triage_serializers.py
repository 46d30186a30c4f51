"""Advice as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rest_framework import serializers

from ai.advising import Suggested, is_agreed
from ai.choices import AdviceState, Source, TriageField
from ai.dispatch.facts import Placement
from ai.dispatch.people import names_of
from ai.models import FieldSuggestion
from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.choices import Level

LEVELS = ("priority", "urgency", "impact")


class TextSerializer(serializers.Serializer[Any]):
    description = serializers.CharField(help_text="What is wrong. The first 10,000 characters are read.")
    title = serializers.CharField(required=False)


class TriageRequestSerializer(serializers.Serializer[Any]):
    ticket_id = serializers.IntegerField(required=False, help_text="A ticket that you see; or:")
    description = serializers.CharField(required=False)
    title = serializers.CharField(required=False)


class CategorizedSerializer(serializers.Serializer[Any]):
    category = ReferenceSerializer(allow_null=True)
    priority = serializers.ChoiceField(Level.choices)
    urgency = serializers.ChoiceField(Level.choices)
    impact = serializers.ChoiceField(Level.choices)
    confidence = serializers.FloatField(help_text="0 to 1, of the category; of the priority where there is none.")
    confidences = serializers.DictField(help_text="By field; null where nothing speaks for it and the default stands.")


class OtherAdviceSerializer(serializers.Serializer[Any]):
    value = serializers.JSONField()
    confidence = serializers.FloatField(allow_null=True, help_text="null for technicians: nobody knows.")
    reasons = serializers.ListField(child=serializers.CharField(), required=False, help_text="Of technicians.")


class AdvisedSerializer(serializers.Serializer[Any]):
    field = serializers.ChoiceField(TriageField.choices)
    value = serializers.JSONField(help_text="A level, a reference, or a list of tags.")
    confidence = serializers.FloatField(help_text="0 to 1: how often advice as sure as this is right.")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="The words that spoke for it.")
    others = OtherAdviceSerializer(many=True)
    source = serializers.ChoiceField(Source.choices)  # type: ignore[assignment]


class TriageSerializer(serializers.Serializer[Any]):
    suggestions = AdvisedSerializer(many=True)


class OpinionSerializer(serializers.Serializer[Any]):
    value = serializers.JSONField(
        allow_null=True, help_text="What a language model would say; null: nothing of what there is."
    )
    agrees = serializers.BooleanField()
    confidence = serializers.FloatField(help_text="0 to 1, as the model says itself; nobody has measured it.")
    reason = serializers.CharField()


class AdviceMadeSerializer(AdvisedSerializer):
    opinion = OpinionSerializer(allow_null=True)
    state = serializers.ChoiceField(AdviceState.choices)
    made_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class ReasonSerializer(serializers.Serializer[Any]):
    points = serializers.FloatField(help_text="For the pair above zero, against it below.")
    words = serializers.CharField()


class RankedSerializer(serializers.Serializer[Any]):
    technician = ReferenceSerializer()
    points = serializers.FloatField()
    reasons = ReasonSerializer(many=True)


class InsightsSerializer(serializers.Serializer[Any]):
    ticket_id = serializers.IntegerField()
    triage = AdviceMadeSerializer(many=True)
    technicians = RankedSerializer(
        many=True, help_text="Who could take it now, best first; none where somebody has it."
    )


def categorized_shape(found: Mapping[str, Suggested]) -> Shape:
    category, priority = found.get("category"), found.get("priority")
    first = category or priority
    return {
        "category": category.value if category else None,
        **{name: found[name].value if name in found else Level.MEDIUM.value for name in LEVELS},
        "confidence": round(first.confidence, 4) if first else 0.0,
        "confidences": {
            name: round(found[name].confidence, 4) if name in found else None for name in ("category", *LEVELS)
        },
    }


def suggested_shape(one: Suggested | FieldSuggestion) -> Shape:
    return {
        "field": one.field,
        "value": one.value,
        "confidence": round(one.confidence, 4),
        "reasons": list(one.reasons),
        "others": list(one.others),
        "source": one.source,
    }


def opinion_shape(row: FieldSuggestion) -> Shape | None:
    if row.opinion is None:
        return None
    return {name: row.opinion[name] for name in ("value", "confidence", "reason")} | {"agrees": is_agreed(row)}


def insights_shape(ticket_id: int, made: Iterable[FieldSuggestion], ranked: Sequence[Placement] = ()) -> Shape:
    names = names_of(one.worker for one in ranked if one.worker)
    return {
        "ticket_id": ticket_id,
        "triage": [
            {
                **suggested_shape(one),
                "opinion": opinion_shape(one),
                "state": one.state,
                "made_at": one.made_at,
                "decided_at": one.decided_at,
            }
            for one in made
        ],
        "technicians": [
            {
                "technician": {"id": one.worker, "name": names.get(one.worker, "")},
                "points": round(one.points, 1),
                "reasons": [{"points": round(term.points, 1), "words": term.words} for term in one.terms],
            }
            for one in ranked
            if one.worker
        ],
    }
