"""Personal tokens for programs that speak MCP."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ai.actions.tokens import DAYS_AT_MOST, create_token, revoke_token
from ai.models import McpToken
from tickets.api import pages
from tickets.api.schema import describe, page_of, paged
from tickets.api.serializers.common import Shape
from tickets.api.views import ApiView, find, only

TAG = "MCP tokens"
BY_ID = {"id": "id"}


class McpTokenWriteSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100, help_text="The program or machine that will use it.")
    days = serializers.IntegerField(
        required=False, help_text=f"How long it is good, 1 to {DAYS_AT_MOST}; 90 unless told."
    )


class McpTokenSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)


class McpTokenMadeSerializer(McpTokenSerializer):
    token = serializers.CharField(help_text="Shown this once.")


def token_shape(token: McpToken) -> Shape:
    return {
        "id": token.pk,
        "name": token.name,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
    }


class McpTokensView(ApiView):
    @describe("List your MCP tokens", tag=TAG, gives=page_of(McpTokenSerializer), parameters=paged(BY_ID))
    def get(self, request: Request) -> Response:
        rows = McpToken.objects.filter(user=self.user)
        return pages.page(request, rows, token_shape, orderings=BY_ID, default="-id")

    @describe("Make an MCP token", tag=TAG, takes=McpTokenWriteSerializer, gives=McpTokenMadeSerializer, status=201)
    def post(self, request: Request) -> Response:
        """Good for the MCP server only, as you, until it expires, is revoked or your sessions are ended."""
        body = only(self.body, "name", "days")
        token, raw = create_token(by=self.user, name=body.get("name"), days=body.get("days", 90))  # type: ignore[arg-type]  # it checks
        return Response({**token_shape(token), "token": raw}, status=201)


class McpTokenView(ApiView):
    @describe("Revoke an MCP token", tag=TAG, status=204)
    def delete(self, request: Request, pk: int) -> Response:
        revoke_token(by=self.user, token=find(McpToken.objects.filter(user=self.user), "token", pk=pk))
        return Response(status=204)
