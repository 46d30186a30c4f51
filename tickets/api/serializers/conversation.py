"""Comments and time entries as JSON."""

from typing import Any

from rest_framework import serializers

from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.choices import Channel
from tickets.models import Comment, TimeEntry


class CommentWriteSerializer(serializers.Serializer[Any]):
    body = serializers.CharField(max_length=100_000, help_text="Markdown; `@username` mentions somebody.")
    internal = serializers.BooleanField(default=False, help_text="A note among support staff.")


class CommentEditSerializer(serializers.Serializer[Any]):
    body = serializers.CharField(max_length=100_000)


class CommentSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    ticket_id = serializers.IntegerField()
    author = ReferenceSerializer(allow_null=True)
    author_name = serializers.CharField()
    body = serializers.CharField()
    html = serializers.CharField(help_text="Cleaned, safe to show.")
    internal = serializers.BooleanField()
    channel = serializers.ChoiceField(Channel.choices)
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    redacted_at = serializers.DateTimeField(allow_null=True)


def comment_shape(comment: Comment) -> Shape:
    author = comment.author
    return {
        "id": comment.pk,
        "ticket_id": comment.ticket_id,
        "author": author and {"id": author.pk, "name": author.display_name},
        "author_name": comment.author_name,
        "body": comment.body,
        "html": comment.html,
        "internal": comment.is_internal,
        "channel": comment.channel,
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
        "redacted_at": comment.redacted_at,
    }


class TimeEntryWriteSerializer(serializers.Serializer[Any]):
    minutes = serializers.IntegerField(min_value=1, max_value=1440)
    note = serializers.CharField(required=False, max_length=500)
    billable = serializers.BooleanField(default=True)
    worked_on = serializers.DateField(required=False, help_text="Today unless given.")


class TimeEntrySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    user = ReferenceSerializer()
    minutes = serializers.IntegerField()
    note = serializers.CharField()
    billable = serializers.BooleanField()
    worked_on = serializers.DateField()
    created_at = serializers.DateTimeField()


def time_entry_shape(entry: TimeEntry) -> Shape:
    return {
        "id": entry.pk,
        "user": {"id": entry.user.pk, "name": entry.user.display_name},
        "minutes": entry.minutes,
        "note": entry.note,
        "billable": entry.is_billable,
        "worked_on": entry.worked_on.isoformat(),
        "created_at": entry.created_at,
    }
