"""Categories and tags as JSON."""

from typing import Any

from rest_framework import serializers

from tickets.api.serializers.common import Shape
from tickets.models import Category, Tag


class CategoryWriteSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    parent = serializers.IntegerField(required=False, allow_null=True)  # type: ignore[assignment]  # the metaclass takes it off the class
    is_active = serializers.BooleanField(required=False)


class CategorySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    path = serializers.CharField(help_text="The names from the root down.")
    parent = serializers.IntegerField(allow_null=True)  # type: ignore[assignment]  # the metaclass takes it off the class
    is_active = serializers.BooleanField()


def category_shape(category: Category) -> Shape:
    return {
        "id": category.pk,
        "name": category.name,
        "path": category.path,
        "parent": category.parent_id,
        "is_active": category.is_active,
    }


class TagWriteSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=50)


class TagSerializer(TagWriteSerializer):
    id = serializers.IntegerField()


def tag_shape(tag: Tag) -> Shape:
    return {"id": tag.pk, "name": tag.name}
