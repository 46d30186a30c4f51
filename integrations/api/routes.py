"""Routes of notifications over the API."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.actions.routes import remove_route, save_route
from integrations.choices import Kind
from integrations.models import Route
from integrations.permissions import require
from tickets.api import pages
from tickets.api.people import Q_PARAMETER, named
from tickets.api.schema import describe, page_of, paged
from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.api.views import ApiView, find, reference
from tickets.choices import Level

TAG = "Notifications"
ORDERINGS = {"name": "name", "id": "id"}
PARTS = ("team", "organization", "person", "to_team", "connection")
PLAIN = ("name", "is_active", "kinds", "least_priority", "threshold", "channel")


class RouteWriteSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    is_active = serializers.BooleanField(required=False)
    kinds = serializers.ListField(child=serializers.ChoiceField(Kind.choices))
    team = serializers.IntegerField(required=False, allow_null=True, help_text="Of which tickets; none: of any.")
    organization = serializers.IntegerField(required=False, allow_null=True)
    least_priority = serializers.ChoiceField(Level.choices, required=False, allow_blank=True)
    threshold = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=1000, help_text="Percent of the promised time."
    )
    person = serializers.IntegerField(required=False, allow_null=True, help_text="Who is told; one of these three.")
    to_team = serializers.IntegerField(required=False, allow_null=True, help_text="Everybody of this team.")
    connection = serializers.IntegerField(required=False, allow_null=True)
    channel = serializers.CharField(required=False, allow_blank=True, help_text="Of the connection.")


class RouteSerializer(RouteWriteSerializer):
    id = serializers.IntegerField()
    team = ReferenceSerializer(allow_null=True)  # type: ignore[assignment]
    organization = ReferenceSerializer(allow_null=True)  # type: ignore[assignment]
    person = ReferenceSerializer(allow_null=True)  # type: ignore[assignment]
    to_team = ReferenceSerializer(allow_null=True)  # type: ignore[assignment]
    connection = ReferenceSerializer(allow_null=True)  # type: ignore[assignment]


def route_shape(row: Route) -> Shape:
    plain = {name: getattr(row, name) for name in PLAIN}
    return {"id": row.pk, **plain, **{name: reference(getattr(row, name)) for name in PARTS}}


class RoutesView(ApiView):
    def rows(self) -> QuerySet[Route]:
        """Raises NotAllowed."""
        require(self.user, "integration.manage")
        return Route.objects.select_related(*PARTS)

    def route(self, pk: int) -> Route:
        found: Route = find(self.rows(), "route", pk=pk)
        return found

    @describe("List routes", tag=TAG, gives=page_of(RouteSerializer), parameters=[*paged(ORDERINGS), Q_PARAMETER])
    def get(self, request: Request) -> Response:
        """Who else is told of which events. Managers and admins."""
        rows = named(request, self.rows(), "name")
        return pages.page(request, rows, route_shape, orderings=ORDERINGS, default="name", filters=["q"])

    @describe("Add a route", tag=TAG, takes=RouteWriteSerializer, gives=RouteSerializer, status=201)
    def post(self, request: Request) -> Response:
        """It holds for what happens from now on. Managers and admins."""
        return Response(route_shape(save_route(by=self.user, fields=self.body)), status=201)


class RouteView(RoutesView):
    http_method_names = ["get", "patch", "delete", "head", "options"]

    @describe("Read a route", tag=TAG, gives=RouteSerializer)
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """Managers and admins."""
        return Response(route_shape(self.route(pk)))

    @describe("Change a route", tag=TAG, takes=RouteWriteSerializer(partial=True), gives=RouteSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """It holds for what happens from now on. Managers and admins."""
        return Response(route_shape(save_route(by=self.user, fields=self.body, route=self.route(pk))))

    @describe("Delete a route", tag=TAG, status=204)
    def delete(self, request: Request, pk: int) -> Response:
        """What was told stays in the log. Managers and admins."""
        remove_route(by=self.user, route=self.route(pk))
        return Response(status=204)
