"""Connections to other systems: for managers and admins."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.actions import connect, sync
from integrations.api import serializers as shapes
from integrations.choices import SyncKind
from integrations.models import Connection
from integrations.permissions import require
from tickets.api import pages
from tickets.api.people import Q_PARAMETER, named
from tickets.api.schema import describe, page_of, paged, parameter
from tickets.api.views import ApiView, find, only
from tickets.errors import Invalid
from tickets.fields import choice

TAG = "Integrations"
ORDERINGS = {"name": "name", "id": "id"}
PROVIDER = parameter("provider", "`jira`, `github` …")


class ConnectionsView(ApiView):
    def rows(self) -> QuerySet[Connection]:
        """Raises NotAllowed."""
        require(self.user, "integration.manage")
        rows = Connection.objects.visible_to(self.user).select_related("owner", "organization", "team", "category")
        return rows.prefetch_related("fields", "values")

    def connection(self, pk: int) -> Connection:
        found: Connection = find(self.rows(), "connection", pk=pk)
        return found

    @describe(
        "List connections",
        tag=TAG,
        gives=page_of(shapes.ConnectionSerializer),
        parameters=[*paged(ORDERINGS), Q_PARAMETER, PROVIDER],
    )
    def get(self, request: Request) -> Response:
        """With their mapping and health, without their credentials. Managers and admins."""
        rows = named(request, self.rows(), "name")
        if "provider" in request.query_params:
            rows = rows.filter(provider=request.query_params["provider"])
        filters = ["q", "provider"]
        return pages.page(request, rows, shapes.connection_shape, orderings=ORDERINGS, default="name", filters=filters)

    @describe(
        "Add a connection",
        tag=TAG,
        takes=shapes.ConnectionWriteSerializer,
        gives=shapes.ConnectionSerializer,
        status=201,
    )
    def post(self, request: Request) -> Response:
        """Settings are checked by the system's own schema; the usual mapping is made unless one is given. Managers and admins."""
        made = connect.save_connection(by=self.user, fields=self.body)
        return Response(shapes.connection_shape(self.connection(made.pk)), status=201)


class ConnectionView(ConnectionsView):
    http_method_names = ["get", "put", "patch", "delete", "head", "options"]

    @describe("Read a connection", tag=TAG, gives=shapes.ConnectionSerializer)
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """Managers and admins."""
        return Response(shapes.connection_shape(self.connection(pk)))

    @describe(
        "Replace a connection", tag=TAG, takes=shapes.ConnectionWriteSerializer, gives=shapes.ConnectionSerializer
    )
    def put(self, request: Request, pk: int) -> Response:
        """What is left out is as in a new one; credentials stay as they are. Managers and admins."""
        if "name" not in self.body:
            raise Invalid({"name": ["This field is required."]})
        return self._save(pk, {**_as_new(), **self.body})

    @describe(
        "Change a connection",
        tag=TAG,
        takes=shapes.ConnectionWriteSerializer(partial=True),
        gives=shapes.ConnectionSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        """A new address needs the credentials again. Managers and admins."""
        return self._save(pk, self.body)

    @describe("Delete a connection", tag=TAG, status=204)
    def delete(self, request: Request, pk: int) -> Response:
        """Its links are forgotten; tickets and the records there stay. Managers and admins."""
        connect.remove_connection(by=self.user, connection=self.connection(pk))
        return Response(status=204)

    def _save(self, pk: int, fields: dict[str, Any]) -> Response:
        connect.save_connection(by=self.user, fields=fields, connection=self.connection(pk))
        return Response(shapes.connection_shape(self.connection(pk)))


def _as_new() -> dict[str, Any]:
    """Return what the plain fields of a connection are where nobody says."""
    plain = (*shapes.FLAGS, "tag", "least_priority", "sync_minutes", "organization", "team", "category")
    return {name: Connection._meta.get_field(name).get_default() for name in plain}  # type: ignore[union-attr]


class ConnectionTestView(ConnectionsView):
    http_method_names = ["post", "options"]
    in_one_go = False

    @describe("Test a connection", tag=TAG, gives=shapes.IdentitySerializer)
    def post(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """Asks the other system who we are there; 409 with its words where that fails. Managers and admins."""
        identity = connect.try_connection(by=self.user, connection=self.connection(pk))
        facts = [{"name": name, "value": value} for name, value in identity.facts]
        return Response({"status": "ok", "account": identity.account, "name": identity.name, "facts": facts})


class ConnectionSyncView(ConnectionsView):
    http_method_names = ["post", "get", "options"]

    @describe("List the latest runs", tag=TAG, gives=shapes.SyncRunSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """The newest twenty. Managers and admins."""
        return Response([shapes.run_shape(row) for row in self.connection(pk).runs.order_by("-pk")[:20]])

    @describe("Ask what changed", tag=TAG, takes=shapes.SyncWriteSerializer, gives=shapes.SyncRunSerializer, status=202)
    def post(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """`history` takes over every record there is, with its past. 409 while a run is at it. Managers and admins."""
        body = only(self.body, "kind")
        try:
            kind = SyncKind(choice(body.get("kind", SyncKind.CHANGES), SyncKind))
        except ValueError as error:
            raise Invalid({"kind": [str(error)]}) from None
        run = sync.ask_for_sync(by=self.user, connection=self.connection(pk), kind=kind)
        return Response(shapes.run_shape(run), status=202)


class ConnectionAddressView(ConnectionsView):
    http_method_names = ["post", "options"]

    @describe("Renew a webhook's address", tag=TAG, gives=shapes.ConnectionSerializer)
    def post(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """The old address is known no more. Managers and admins."""
        connect.renew_address(by=self.user, connection=self.connection(pk))
        return Response(shapes.connection_shape(self.connection(pk)))
