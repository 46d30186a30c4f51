"""Shapes that many answers share. Serializers here document the API; the dictionaries are filled by the functions beside them,
because DRF's fields cost more per row than the query does."""

from typing import Any

from rest_framework import serializers

Shape = dict[str, Any]


class ReferenceSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class PageSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True, help_text="Address of the page after this one.")
    previous = serializers.URLField(allow_null=True, help_text="Address of the page before this one.")


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What is wrong and what to do next.")
    code = serializers.CharField(help_text="Stable; programs decide by it.")
    request_id = serializers.CharField(help_text="Name it when you ask for help.")
    errors = serializers.DictField(  # type: ignore[assignment]  # the metaclass takes it off the class
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Field → messages, on 400.",
    )
    required_role = serializers.CharField(required=False, help_text="On 403.")
    conflicts = serializers.DictField(required=False, help_text="Field → {yours, theirs}, on 409.")
    version = serializers.IntegerField(required=False, help_text="The present version, on 409.")
