"""Categories and tags."""

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from tickets.actions.classification import remove_category, remove_tag, save_category, save_tag
from tickets.api import pages
from tickets.api.people import Q_PARAMETER, named
from tickets.api.schema import describe, page_of, paged
from tickets.api.serializers import classification as shapes
from tickets.api.views import ApiView, find
from tickets.models import Category, Tag

BY_PATH = {"path": "path", "id": "id"}
BY_NAME = {"name": "name", "id": "id"}
TAG = "Classification"


class CategoriesView(ApiView):
    def rows(self) -> QuerySet[Category]:
        """Support staff see what was deactivated too."""
        return Category.objects.all() if self.user.is_support_staff else Category.objects.filter(is_active=True)

    @describe(
        "List categories", tag=TAG, gives=page_of(shapes.CategorySerializer), parameters=[*paged(BY_PATH), Q_PARAMETER]
    )
    def get(self, request: Request) -> Response:
        """The tree, in the order of its paths."""
        rows = named(request, self.rows(), "path")
        return pages.page(request, rows, shapes.category_shape, orderings=BY_PATH, default="path", filters=["q"])

    @describe(
        "Add a category", tag=TAG, takes=shapes.CategoryWriteSerializer, gives=shapes.CategorySerializer, status=201
    )
    def post(self, request: Request) -> Response:
        """Managers and admins."""
        return Response(shapes.category_shape(save_category(by=self.user, fields=self.body)), status=201)


class CategoryView(CategoriesView):
    http_method_names = ["get", "patch", "delete", "head", "options"]

    @describe("Read a category", tag=TAG, gives=shapes.CategorySerializer)
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        return Response(shapes.category_shape(find(self.rows(), "category", pk=pk)))

    @describe(
        "Change a category",
        tag=TAG,
        takes=shapes.CategoryWriteSerializer(partial=True),
        gives=shapes.CategorySerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Managers and admins."""
        category = find(self.rows(), "category", pk=pk)
        return Response(shapes.category_shape(save_category(by=self.user, fields=self.body, category=category)))

    @describe("Delete a category", tag=TAG, status=204)
    def delete(self, request: Request, pk: int) -> Response:
        """One that nothing uses. Managers and admins."""
        remove_category(by=self.user, category=find(self.rows(), "category", pk=pk))
        return Response(status=204)


class TagsView(ApiView):
    @describe("List tags", tag=TAG, gives=page_of(shapes.TagSerializer), parameters=[*paged(BY_NAME), Q_PARAMETER])
    def get(self, request: Request) -> Response:
        rows = named(request, Tag.objects.all(), "name")
        return pages.page(request, rows, shapes.tag_shape, orderings=BY_NAME, default="name", filters=["q"])

    @describe("Add a tag", tag=TAG, takes=shapes.TagWriteSerializer, gives=shapes.TagSerializer, status=201)
    def post(self, request: Request) -> Response:
        """Managers and admins. New tags on a ticket are made by themselves."""
        return Response(shapes.tag_shape(save_tag(by=self.user, fields=self.body)), status=201)


class TagView(ApiView):
    @describe("Read a tag", tag=TAG, gives=shapes.TagSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(shapes.tag_shape(find(Tag.objects.all(), "tag", pk=pk)))

    @describe("Rename a tag", tag=TAG, takes=shapes.TagWriteSerializer, gives=shapes.TagSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Managers and admins."""
        tag = find(Tag.objects.all(), "tag", pk=pk)
        return Response(shapes.tag_shape(save_tag(by=self.user, fields=self.body, tag=tag)))

    @describe("Delete a tag", tag=TAG, status=204)
    def delete(self, request: Request, pk: int) -> Response:
        """One that no ticket carries. Managers and admins."""
        remove_tag(by=self.user, tag=find(Tag.objects.all(), "tag", pk=pk))
        return Response(status=204)
