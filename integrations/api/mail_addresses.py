"""Addresses of mailboxes over the API."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.actions.mail_addresses import remove_address, save_address
from integrations.models import Connection, MailAddress
from integrations.permissions import require
from tickets.api import pages
from tickets.api.schema import describe, page_of, paged
from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.api.views import ApiView, find, reference
from tickets.choices import Level

TAG = "Integrations"
ORDERINGS = {"address": "address", "id": "id"}
PARTS = ("organization", "team", "category")


class AddressWriteSerializer(serializers.Serializer[Any]):
    address = serializers.EmailField(max_length=254)
    organization = serializers.IntegerField(
        required=False, allow_null=True, help_text="Its id or name, as all of these."
    )
    team = serializers.IntegerField(required=False, allow_null=True)
    category = serializers.IntegerField(required=False, allow_null=True)
    priority = serializers.ChoiceField(Level.choices, required=False, allow_blank=True)


class AddressSerializer(AddressWriteSerializer):
    id = serializers.IntegerField()
    organization = ReferenceSerializer(allow_null=True)  # type: ignore[assignment]
    team = ReferenceSerializer(allow_null=True)  # type: ignore[assignment]
    category = ReferenceSerializer(allow_null=True)  # type: ignore[assignment]


def address_shape(row: MailAddress) -> Shape:
    parts = {name: reference(getattr(row, name)) for name in PARTS}
    return {"id": row.pk, "address": row.address, "priority": row.priority, **parts}


class AddressesView(ApiView):
    def mailbox(self, pk: int) -> Connection:
        """Raises NotFound, NotAllowed."""
        require(self.user, "integration.manage")
        found: Connection = find(Connection.objects.all(), "connection", pk=pk)
        return found

    def rows(self, pk: int) -> QuerySet[MailAddress]:
        return MailAddress.objects.filter(connection=self.mailbox(pk)).select_related(*PARTS)

    def address(self, pk: int, address_pk: int) -> MailAddress:
        found: MailAddress = find(self.rows(pk), "address", pk=address_pk)
        return found

    @describe(
        "List a mailbox's addresses", tag=TAG, gives=page_of(AddressSerializer), parameters=list(paged(ORDERINGS))
    )
    def get(self, request: Request, pk: int) -> Response:
        """Each with what a ticket begins with that came to it. Managers and admins."""
        return pages.page(request, self.rows(pk), address_shape, orderings=ORDERINGS, default="address", filters=[])

    @describe("Add an address", tag=TAG, takes=AddressWriteSerializer, gives=AddressSerializer, status=201)
    def post(self, request: Request, pk: int) -> Response:
        """An address belongs to one mailbox only. Managers and admins."""
        made = save_address(by=self.user, mailbox=self.mailbox(pk), fields=self.body)
        return Response(address_shape(made), status=201)


class AddressView(AddressesView):
    http_method_names = ["get", "patch", "delete", "head", "options"]

    @describe("Read an address", tag=TAG, gives=AddressSerializer)
    def get(self, request: Request, pk: int, address_pk: int) -> Response:  # type: ignore[override]
        """Managers and admins."""
        return Response(address_shape(self.address(pk, address_pk)))

    @describe("Change an address", tag=TAG, takes=AddressWriteSerializer(partial=True), gives=AddressSerializer)
    def patch(self, request: Request, pk: int, address_pk: int) -> Response:
        """It holds for letters from now on. Managers and admins."""
        row = self.address(pk, address_pk)
        return Response(
            address_shape(save_address(by=self.user, mailbox=row.connection, fields=self.body, address=row))
        )

    @describe("Delete an address", tag=TAG, status=204)
    def delete(self, request: Request, pk: int, address_pk: int) -> Response:
        """Letters that come to it begin as the connection says. Managers and admins."""
        remove_address(by=self.user, address=self.address(pk, address_pk))
        return Response(status=204)
