"""The desk's own words for notifications, over the API."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.actions.templates import remove_template, save_template
from integrations.choices import Kind, Language
from integrations.models import MessageTemplate
from integrations.permissions import require
from tickets.api import pages
from tickets.api.schema import describe, page_of, paged
from tickets.api.serializers.common import Shape
from tickets.api.views import ApiView, find

TAG = "Notifications"
ORDERINGS = {"kind": "kind", "id": "id"}


class TemplateWriteSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(Kind.choices)
    language = serializers.ChoiceField(Language.choices, required=False, help_text="English unless told.")
    subject = serializers.CharField(max_length=200, help_text="With placeholders such as `{{ ticket.reference }}`.")
    text = serializers.CharField(max_length=5_000)


class TemplateSerializer(TemplateWriteSerializer):
    id = serializers.IntegerField()


def template_shape(row: MessageTemplate) -> Shape:
    return {"id": row.pk, **{name: getattr(row, name) for name in ("kind", "language", "subject", "text")}}


class TemplatesView(ApiView):
    def rows(self) -> QuerySet[MessageTemplate]:
        """Raises NotAllowed."""
        require(self.user, "integration.manage")
        return MessageTemplate.objects.all()

    def template(self, pk: int) -> MessageTemplate:
        found: MessageTemplate = find(self.rows(), "template", pk=pk)
        return found

    @describe("List templates", tag=TAG, gives=page_of(TemplateSerializer), parameters=list(paged(ORDERINGS)))
    def get(self, request: Request) -> Response:
        """The desk's own words; a kind that is not among them has the built-in ones. Managers and admins."""
        return pages.page(request, self.rows(), template_shape, orderings=ORDERINGS, default="kind", filters=[])

    @describe("Add a template", tag=TAG, takes=TemplateWriteSerializer, gives=TemplateSerializer, status=201)
    def post(self, request: Request) -> Response:
        """A placeholder that stands for nothing is refused. Managers and admins."""
        return Response(template_shape(save_template(by=self.user, fields=self.body)), status=201)


class TemplateView(TemplatesView):
    http_method_names = ["get", "patch", "delete", "head", "options"]

    @describe("Read a template", tag=TAG, gives=TemplateSerializer)
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """Managers and admins."""
        return Response(template_shape(self.template(pk)))

    @describe("Change a template", tag=TAG, takes=TemplateWriteSerializer(partial=True), gives=TemplateSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Managers and admins."""
        return Response(template_shape(save_template(by=self.user, fields=self.body, template=self.template(pk))))

    @describe("Delete a template", tag=TAG, status=204)
    def delete(self, request: Request, pk: int) -> Response:
        """The built-in words hold again. Managers and admins."""
        remove_template(by=self.user, template=self.template(pk))
        return Response(status=204)
