"""Addresses of the knowledge base."""

from django.urls import path

from tickets.pages import article_versions, article_writing, articles

urlpatterns = [
    path("", articles.articles, name="articles"),
    path("/write", article_writing.new_article, name="article_new"),
    path("/articles/<slug:slug>", articles.article, name="article"),
    path("/articles/<slug:slug>/edit", article_writing.edit_article, name="article_edit"),
    path("/articles/<slug:slug>/state", articles.change_state, name="article_state"),
    path("/articles/<slug:slug>/versions", article_versions.versions, name="article_versions"),
    path("/articles/<slug:slug>/versions/<int:number>", article_versions.restore, name="article_restore"),
]
