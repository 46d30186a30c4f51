"""Similar tickets and suggested resolutions as JSON."""

from typing import Any

from rest_framework import serializers

from ai.choices import ResolutionState
from ai.similar.finding import Similar
from ai.similar.resolving import Resolution
from tickets.api.serializers.common import Shape
from tickets.choices import Status

KINDS = [("ticket", "Ticket"), ("article", "Article")]


class SuggestResolutionSerializer(serializers.Serializer[Any]):
    ticket_id = serializers.CharField(required=False, help_text="`1042` or `T-1042`.")
    title = serializers.CharField(required=False, allow_blank=True)
    description = serializers.CharField(required=False, allow_blank=True)


class CitationSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(KINDS)
    id = serializers.IntegerField()
    reference = serializers.CharField(help_text="`T-1042`, or an article's address.")
    title = serializers.CharField()


class ResolutionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(allow_null=True, help_text="To rate it by; null where nothing was kept.")
    text = serializers.CharField(help_text="How it was resolved, or how the article begins; Markdown.")
    confidence = serializers.FloatField(help_text="0 to 1.")
    citation = CitationSerializer()


class SimilarTicketSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    reference = serializers.CharField()
    title = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    confidence = serializers.FloatField(help_text="0 to 1: about the same problem.")
    shared_words = serializers.ListField(child=serializers.CharField(), help_text="What speaks for it.")
    duplicates = serializers.IntegerField(help_text="Known duplicates of it that are similar too.")


class SimilarTicketsSerializer(serializers.Serializer[Any]):
    results = SimilarTicketSerializer(many=True)


class SuggestedSerializer(serializers.Serializer[Any]):
    suggestions = ResolutionSerializer(many=True)
    similar_tickets = SimilarTicketSerializer(many=True)


class RateSuggestionSerializer(serializers.Serializer[Any]):
    helpful = serializers.BooleanField()


class RatedSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(ResolutionState.choices)
    helpful = serializers.BooleanField()


def resolution_shape(found: Resolution, pk: int | None = None) -> Shape:
    if found.source:
        cited = {
            "type": "ticket",
            "id": found.source.pk,
            "reference": found.source.reference,
            "title": found.source.title,
        }
    else:
        assert found.article is not None  # noqa: S101 - a resolution has one of the two
        cited = {
            "type": "article",
            "id": found.article.pk,
            "reference": found.article.slug,
            "title": str(found.article.published.title) if found.article.published else "",
        }
    return {"id": pk, "text": found.text, "confidence": round(found.confidence, 3), "citation": cited}


def similar_shape(one: Similar) -> Shape:
    return {
        "id": one.ticket.pk,
        "reference": one.ticket.reference,
        "title": one.ticket.title,
        "status": one.ticket.status,
        "confidence": round(one.confidence, 3),
        "shared_words": one.shared,
        "duplicates": one.duplicates,
    }
