"""What the caller was told, and how they want to be told."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.actions.bell import mark_all_read, mark_read
from integrations.actions.preferences import save_preferences, set_muted
from integrations.choices import Digest, Kind, Language, Medium
from integrations.models import Notification, Preferences
from integrations.notifications.habits import habits_of, media_for, order_of
from integrations.notifications.kinds import kinds_for
from tickets.api import pages
from tickets.api.schema import describe, page_of, paged, parameter
from tickets.api.serializers.common import Shape
from tickets.api.views import ApiView, find, flag, only

TAG = "Notifications"
ORDERINGS = {"id": "id"}
UNREAD = parameter("unread", "`true`: only those that are new.", bool)


class NotificationSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Kind.choices)
    ticket_id = serializers.IntegerField(allow_null=True)
    title = serializers.CharField()
    text = serializers.CharField()
    url = serializers.CharField(help_text="The page it is about, without the host.")
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class NotificationWriteSerializer(serializers.Serializer[Any]):
    read = serializers.BooleanField(required=False, help_text="`true` unless told; `false` makes it new again.")


class NotificationsReadSerializer(serializers.Serializer[Any]):
    read = serializers.IntegerField(help_text="How many were new.")


class PreferencesSerializer(serializers.Serializer[Any]):
    media = serializers.DictField(
        child=serializers.ListField(child=serializers.ChoiceField(Medium.choices)), help_text="Kind → media."
    )
    order = serializers.ListField(
        child=serializers.ChoiceField(Medium.choices), help_text="Where to try when a message cannot be delivered."
    )
    language = serializers.ChoiceField(Language.choices)
    phone = serializers.CharField(allow_blank=True)
    quiet_from = serializers.TimeField(allow_null=True)
    quiet_until = serializers.TimeField(allow_null=True)
    quiet_days = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6), help_text="0 is Monday; empty: every day."
    )
    quiet_zone = serializers.CharField(allow_blank=True, help_text="Empty: the zone of your profile.")
    digest = serializers.ChoiceField(Digest.choices)
    digest_hour = serializers.IntegerField(min_value=0, max_value=23)


class MuteSerializer(serializers.Serializer[Any]):
    muted = serializers.BooleanField()


PLAIN = ("language", "phone", "quiet_from", "quiet_until", "quiet_days", "quiet_zone", "digest", "digest_hour")


def notification_shape(row: Notification) -> Shape:
    names = ("kind", "ticket_id", "title", "text", "url", "created_at", "read_at")
    return {"id": row.pk, **{name: getattr(row, name) for name in names}}


def preferences_shape(row: Preferences) -> Shape:
    kinds = kinds_for(staff=row.person.is_support_staff)
    return {
        "media": {kind.value: media_for(row, kind) for kind in kinds},
        "order": order_of(row),
        **{name: getattr(row, name) for name in PLAIN},
    }


class NotificationsView(ApiView):
    @describe(
        "List notifications",
        tag=TAG,
        gives=page_of(NotificationSerializer),
        parameters=[*paged(ORDERINGS), UNREAD],
    )
    def get(self, request: Request) -> Response:
        """Your own, the newest first."""
        rows = Notification.objects.visible_to(self.user)
        rows = rows.unread() if flag(request.query_params, "unread") else rows
        return pages.page(request, rows, notification_shape, orderings=ORDERINGS, default="-id", filters=["unread"])

    @describe("Mark all notifications as read", tag=TAG, gives=NotificationsReadSerializer)
    def patch(self, request: Request) -> Response:
        return Response({"read": mark_all_read(by=self.user)})


class NotificationView(ApiView):
    @describe("Mark a notification as read", tag=TAG, takes=NotificationWriteSerializer, gives=NotificationSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        read = flag(only(self.body, "read"), "read", default=True)
        row = find(Notification.objects.visible_to(self.user), "notification", pk=pk)
        return Response(notification_shape(mark_read(notification=row, by=self.user, read=read)))


class PreferencesView(ApiView):
    @describe("Read how you are told", tag=TAG, gives=PreferencesSerializer)
    def get(self, request: Request) -> Response:
        """Every kind that you may hear of, with where you read it."""
        return Response(preferences_shape(habits_of([self.user])[self.user.pk]))

    @describe(
        "Change how you are told", tag=TAG, takes=PreferencesSerializer(partial=True), gives=PreferencesSerializer
    )
    def patch(self, request: Request) -> Response:
        """`media` may name some kinds only."""
        return Response(preferences_shape(save_preferences(by=self.user, fields=self.body)))


class MuteView(ApiView):
    @describe("Mute a ticket, or hear of it again", tag=TAG, takes=MuteSerializer, gives=MuteSerializer)
    def put(self, request: Request, reference: str) -> Response:
        """You go on seeing it, and hear nothing more of it."""
        muted = flag(only(self.body, "muted"), "muted", default=True)
        set_muted(ticket=self.ticket(reference), by=self.user, muted=muted)
        return Response({"muted": muted})
