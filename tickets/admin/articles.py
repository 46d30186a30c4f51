"""The knowledge base, to look things up; writing happens on its pages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from tickets.admin.base import ReadOnlyAdmin, ReadOnlyRows, display, page_link
from tickets.models import Article, ArticleVersion


class VersionRows(ReadOnlyRows):
    model = ArticleVersion
    fields = readonly_fields = ["number", "title", "author", "note", "created_at"]


@admin.register(Article)
class ArticleAdmin(ReadOnlyAdmin):
    list_display = ["title", "category", "audience", "state", "helpful", "not_helpful", "updated_at"]
    list_filter = ["audience", "category"]
    search_fields = ["slug", "versions__title"]
    inlines = [VersionRows]
    readonly_fields = ["page"]
    fields = ["page", "slug", "category", "audience", "published_at", "archived_at", "helpful", "not_helpful"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("latest", "published", "category")

    @display(description="Title")
    def title(self, article: Article) -> str:
        return str(article)

    @display(description="Page")
    def page(self, article: Article) -> Any:
        return page_link("article", article.slug, "Read or edit it")

    @display(description="State", label={"Published": "success", "Draft": "info", "Archived": "warning"})
    def state(self, article: Article) -> str:
        return "Archived" if article.archived_at else "Published" if article.published_id else "Draft"
