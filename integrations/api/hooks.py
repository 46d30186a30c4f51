"""Webhooks out over the API."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.actions import hooks
from integrations.models import Hook, HookCall
from integrations.permissions import require
from tickets.api import pages
from tickets.api.people import Q_PARAMETER, named
from tickets.api.schema import describe, page_of, paged
from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.api.views import ApiView, find, reference
from tickets.choices import EventKind, WorkState

TAG = "Webhooks out"
ORDERINGS = {"name": "name", "id": "id"}
CALL_ORDERINGS = {"-id": "-id", "id": "id"}


class HookWriteSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    url = serializers.URLField(max_length=500)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(EventKind.choices), required=False, help_text="None: all of them."
    )
    owner = serializers.IntegerField(required=False, help_text="It is told what this user may see; you unless told.")
    is_enabled = serializers.BooleanField(required=False)


class HookSerializer(HookWriteSerializer):
    id = serializers.IntegerField()
    owner = ReferenceSerializer()  # type: ignore[assignment]
    failing_since = serializers.DateTimeField(allow_null=True)
    trouble = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()


class HookSecretSerializer(HookSerializer):
    secret = serializers.CharField(help_text="Shown this once.")


class HookCallSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    message_id = serializers.CharField(help_text="`webhook-id`, the same however often it is sent.")
    kind = serializers.CharField()
    state = serializers.ChoiceField(WorkState.choices)
    attempts = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True, help_text="HTTP status of the last answer.")
    answer = serializers.CharField(allow_blank=True)
    milliseconds = serializers.IntegerField(allow_null=True)
    due = serializers.DateTimeField()
    created_at = serializers.DateTimeField()


def hook_shape(row: Hook) -> Shape:
    names = ("name", "url", "kinds", "is_enabled", "failing_since", "trouble", "created_at")
    return {"id": row.pk, "owner": reference(row.owner), **{name: getattr(row, name) for name in names}}


def call_shape(row: HookCall) -> Shape:
    names = ("message_id", "kind", "state", "attempts", "status", "answer", "milliseconds", "due", "created_at")
    return {"id": row.pk, **{name: getattr(row, name) for name in names}}


class HooksView(ApiView):
    def rows(self) -> QuerySet[Hook]:
        """Raises NotAllowed."""
        require(self.user, "integration.manage")
        return Hook.objects.select_related("owner")

    def hook(self, pk: int) -> Hook:
        found: Hook = find(self.rows(), "webhook", pk=pk)
        return found

    @describe("List webhooks out", tag=TAG, gives=page_of(HookSerializer), parameters=[*paged(ORDERINGS), Q_PARAMETER])
    def get(self, request: Request) -> Response:
        """Addresses that are told what happens to tickets. Managers and admins."""
        rows = named(request, self.rows(), "name")
        return pages.page(request, rows, hook_shape, orderings=ORDERINGS, default="name", filters=["q"])

    @describe("Add a webhook out", tag=TAG, takes=HookWriteSerializer, gives=HookSecretSerializer, status=201)
    def post(self, request: Request) -> Response:
        """The answer holds the secret that signs the calls, this once. Managers and admins."""
        made = hooks.save_hook(by=self.user, fields=self.body)
        return Response({**hook_shape(made), "secret": made.secret}, status=201)


class HookView(HooksView):
    http_method_names = ["get", "patch", "delete", "head", "options"]

    @describe("Read a webhook out", tag=TAG, gives=HookSerializer)
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """Managers and admins."""
        return Response(hook_shape(self.hook(pk)))

    @describe("Change a webhook out", tag=TAG, takes=HookWriteSerializer(partial=True), gives=HookSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Managers and admins."""
        hooks.save_hook(by=self.user, fields=self.body, hook=self.hook(pk))
        return Response(hook_shape(self.hook(pk)))

    @describe("Delete a webhook out", tag=TAG, status=204)
    def delete(self, request: Request, pk: int) -> Response:
        """With the log of its calls. Managers and admins."""
        hooks.remove_hook(by=self.user, hook=self.hook(pk))
        return Response(status=204)


class HookSecretView(HooksView):
    http_method_names = ["post", "options"]

    @describe("Renew a webhook's secret", tag=TAG, gives=HookSecretSerializer)
    def post(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """Calls from now on are signed with the new one, which the answer holds. Managers and admins."""
        row = hooks.renew_secret(by=self.user, hook=self.hook(pk))
        return Response({**hook_shape(row), "secret": row.secret})


class HookTestView(HooksView):
    http_method_names = ["post", "options"]
    in_one_go = False

    @describe("Test a webhook out", tag=TAG, gives=HookCallSerializer)
    def post(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """Sends a call of the kind `ping` and waits for what it gets. Managers and admins."""
        return Response(call_shape(hooks.test_hook(by=self.user, hook=self.hook(pk))))


class HookCallsView(HooksView):
    http_method_names = ["get", "head", "options"]

    @describe(
        "List a webhook's calls", tag=TAG, gives=page_of(HookCallSerializer), parameters=list(paged(CALL_ORDERINGS))
    )
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """The newest first, kept for 30 days after they were taken. Managers and admins."""
        rows = HookCall.objects.filter(hook=self.hook(pk))
        return pages.page(request, rows, call_shape, orderings=CALL_ORDERINGS, default="-id", filters=[])


class HookCallAgainView(HooksView):
    http_method_names = ["post", "options"]

    @describe("Send a call again", tag=TAG, gives=HookCallSerializer, status=202)
    def post(self, request: Request, pk: int, call_pk: int) -> Response:  # type: ignore[override]
        """With the same id and body; 409 while it waits to be sent. Managers and admins."""
        call: HookCall = find(HookCall.objects.filter(hook=self.hook(pk)), "call", pk=call_pk)
        hooks.send_again(by=self.user, call=call)
        call.refresh_from_db()
        return Response(call_shape(call), status=202)
