"""Articles and their versions as JSON."""

from typing import Any, cast

from rest_framework import serializers

from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.choices import Audience
from tickets.models import Article, ArticleVersion, User


class ArticleWriteSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200)
    body = serializers.CharField(max_length=100_000, help_text="Markdown.")
    category = serializers.IntegerField(required=False, allow_null=True)
    audience = serializers.ChoiceField(Audience.choices, required=False)
    note = serializers.CharField(required=False, max_length=200, help_text="What changed.")


class ArticleChangeSerializer(ArticleWriteSerializer):
    title = serializers.CharField(required=False, max_length=200)
    body = serializers.CharField(required=False, max_length=100_000)
    version = serializers.IntegerField(
        required=False, help_text="The number of the version you edited; a newer one is a 409."
    )


class ArticleRowSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    slug = serializers.CharField()
    title = serializers.CharField()
    category = ReferenceSerializer(allow_null=True)
    audience = serializers.ChoiceField(Audience.choices)
    state = serializers.ChoiceField(["draft", "published", "archived"])
    version = serializers.IntegerField(
        help_text="The version shown: the latest for support staff, the published one for readers."
    )
    published_version = serializers.IntegerField(allow_null=True)
    helpful = serializers.IntegerField()
    not_helpful = serializers.IntegerField()
    published_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ArticleSerializer(ArticleRowSerializer):
    body = serializers.CharField()
    html = serializers.CharField(help_text="Cleaned, safe to show.")


def shown_version(article: Article, viewer: User) -> ArticleVersion:
    """Return the latest version for those who write, the published one for those who read."""
    version = article.latest if viewer.is_support_staff else article.published
    return cast(ArticleVersion, version)  # every article has a version, a visible one for readers a published one


def article_row(article: Article, viewer: User) -> Shape:
    version, category = shown_version(article, viewer), article.category
    return {
        "id": article.pk,
        "slug": article.slug,
        "title": version.title,
        "category": category and {"id": category.pk, "name": category.path},
        "audience": article.audience,
        "state": "archived" if article.archived_at else "published" if article.published_id else "draft",
        "version": version.number,
        "published_version": article.published and article.published.number,
        "helpful": article.helpful,
        "not_helpful": article.not_helpful,
        "published_at": article.published_at,
        "created_at": article.created_at,
        "updated_at": article.updated_at,
    }


def article_detail(article: Article, viewer: User) -> Shape:
    version = shown_version(article, viewer)
    return {**article_row(article, viewer), "body": version.body, "html": version.html}


class VersionSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    title = serializers.CharField()
    body = serializers.CharField()
    html = serializers.CharField()
    author = ReferenceSerializer(allow_null=True)
    note = serializers.CharField()
    created_at = serializers.DateTimeField()


def version_shape(version: ArticleVersion) -> Shape:
    author = version.author
    return {
        "number": version.number,
        "title": version.title,
        "body": version.body,
        "html": version.html,
        "author": author and {"id": author.pk, "name": author.display_name},
        "note": version.note,
        "created_at": version.created_at,
    }


class PublishSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(required=False, help_text="The latest version unless given.")


class HelpfulSerializer(serializers.Serializer[Any]):
    helpful = serializers.BooleanField()
