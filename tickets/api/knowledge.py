"""Knowledge articles: read, search, write, publish, rate."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from tickets import search
from tickets.actions import knowledge
from tickets.api import pages
from tickets.api.schema import IF_MATCH, describe, page_of, paged, parameter
from tickets.api.serializers import knowledge as shapes
from tickets.api.views import ApiView, etag, find, flag, if_match, only
from tickets.fields import whole_number
from tickets.models import Article, ArticleVersion, Category
from tickets.permissions import require

BY_UPDATED = {"updated_at": "updated_at", "id": "id"}
BY_NUMBER = {"number": "number"}
FILTERS = [
    parameter("q", "Full text of what is published."),
    parameter("category", "An id; what is below it counts too.", int),
]
TAG = "Knowledge"


class ArticlesView(ApiView):
    def rows(self) -> QuerySet[Article]:
        return Article.objects.visible_to(self.user).select_related("latest", "published", "category")

    def article(self, pk: int) -> Article:
        found: Article = find(self.rows(), "article", pk=pk)
        return found

    def answer(self, pk: int, status: int = 200) -> Response:
        shape = shapes.article_detail(self.article(pk), self.user)
        return Response(shape, status=status, headers=etag(shape["version"]))

    @describe(
        "List articles", tag=TAG, gives=page_of(shapes.ArticleRowSerializer), parameters=[*paged(BY_UPDATED), *FILTERS]
    )
    def get(self, request: Request) -> Response:
        """What is published for you; for support staff, drafts too."""
        rows, query = self.rows().filter(archived_at=None), request.query_params
        if query.get("q", "").strip():
            rows = search.find_articles(rows, query["q"])
        if query.get("category"):
            rows = rows.filter(category__in=Category.objects.subtree_ids(whole_number(query["category"], "category")))
        return pages.page(
            request, rows, self.row, orderings=BY_UPDATED, default="-updated_at", filters=["q", "category"]
        )

    def row(self, article: Article) -> dict[str, Any]:
        return shapes.article_row(article, self.user)

    @describe(
        "Write an article", tag=TAG, takes=shapes.ArticleWriteSerializer, gives=shapes.ArticleSerializer, status=201
    )
    def post(self, request: Request) -> Response:
        """A draft, until it is published. For support staff."""
        return self.answer(knowledge.write_article(by=self.user, fields=self.body).pk, 201)


class ArticleView(ArticlesView):
    http_method_names = ["get", "patch", "delete", "head", "options"]

    @describe("Read an article", tag=TAG, gives=shapes.ArticleSerializer)
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        return self.answer(pk)

    @describe(
        "Write the next version",
        tag=TAG,
        takes=shapes.ArticleChangeSerializer,
        gives=shapes.ArticleSerializer,
        parameters=[IF_MATCH],
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Readers see it once it is published. For support staff."""
        body = dict(self.body)
        base, exact = body.pop("version", None), if_match(request)
        if base is not None:
            base = whole_number(base, "version")
        article = self.article(pk)
        knowledge.write_article(
            by=self.user, article=article, fields=body, base_version=base if exact is None else exact
        )
        return self.answer(pk)

    @describe("Archive an article", tag=TAG, status=204)
    def delete(self, request: Request, pk: int) -> Response:
        """Managers and admins."""
        knowledge.archive_article(article=self.article(pk), by=self.user)
        return Response(status=204)


class ArticlePublishView(ArticlesView):
    http_method_names = ["post", "delete", "options"]

    @describe("Publish an article", tag=TAG, takes=shapes.PublishSerializer, gives=shapes.ArticleSerializer)
    def post(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        number = only(self.body, "number").get("number")
        number = None if number is None else whole_number(number, "number")
        knowledge.publish_article(article=self.article(pk), by=self.user, number=number)
        return self.answer(pk)

    @describe("Unpublish an article", tag=TAG, status=204)
    def delete(self, request: Request, pk: int) -> Response:
        knowledge.unpublish_article(article=self.article(pk), by=self.user)
        return Response(status=204)


class ArticleVersionsView(ArticlesView):
    http_method_names = ["get", "head", "options"]

    @describe(
        "List an article's versions", tag=TAG, gives=page_of(shapes.VersionSerializer), parameters=paged(BY_NUMBER)
    )
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """Newest first. For support staff."""
        require(self.user, "article.write")
        rows = ArticleVersion.objects.filter(article=self.article(pk)).select_related("author")
        return pages.page(request, rows, shapes.version_shape, orderings=BY_NUMBER, default="-number")


class ArticleRatingView(ArticlesView):
    http_method_names = ["post", "options"]

    @describe("Say whether an article helped", tag=TAG, takes=shapes.HelpfulSerializer, gives=shapes.ArticleSerializer)
    def post(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        body = only(self.body, "helpful")
        article = self.article(pk)
        knowledge.rate_article(article=article, by=self.user, helpful=flag(body, "helpful", default=None))  # type: ignore[arg-type]
        return self.answer(pk)
