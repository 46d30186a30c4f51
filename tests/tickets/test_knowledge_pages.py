"""The knowledge base's pages for staff."""

import pytest
from django.urls import reverse

from tickets.actions import knowledge
from tickets.choices import Audience
from tickets.models import Article
from tickets.pages.comparing import compare, has_changes

BODY = "First line\n\nHold the button for ten seconds.\n\nLast line"


@pytest.fixture
def article(tess):
    return knowledge.write_article(by=tess, fields={"title": "Reset the router", "body": BODY})


@pytest.fixture
def desk(client, tess):
    client.force_login(tess)
    return client


def text(response):
    return response.content.decode()


def typed(article=None, **fields):
    given = {"title": "Reset the router", "body": BODY, "audience": "everyone", "category": "", "note": ""}
    return given | ({"base_version": article.latest.number} if article else {}) | fields


def test_writing_and_publishing(desk, tess):
    made = desk.post(reverse("article_new"), typed(do="save"), follow=True)
    assert "only support staff see it" in text(made)
    article = Article.objects.get()
    assert (article.published, article.latest.author) == (None, tess)
    desk.post(reverse("article_state", args=[article.slug]), {"do": "publish"})
    article.refresh_from_db()
    assert article.published_id == article.latest_id
    desk.post(reverse("article_edit", args=[article.slug]), typed(article, body="New words", do="publish"))
    article.refresh_from_db()
    assert (article.published.number, article.published.body) == (2, "New words")
    desk.post(reverse("article_state", args=[article.slug]), {"do": "unpublish"})
    article.refresh_from_db()
    assert article.published is None


def test_a_preview_writes_nothing_and_keeps_the_words(desk, article):
    address = reverse("article_edit", args=[article.slug])
    page = text(desk.post(address, typed(article, body="Some **bold** words", title="", do="preview")))
    assert "<strong>bold</strong>" in page
    assert "Some **bold** words" in page
    fragment = text(desk.post(address, typed(article, body="<script>x</script>", do="preview"), HTTP_HX_REQUEST="true"))
    assert "<html" not in fragment
    assert "<script>x" not in fragment
    assert article.versions.count() == 1


def test_a_refused_article_says_why(desk):
    response = desk.post(reverse("article_new"), typed(title="", do="save"))
    assert response.status_code == 400
    assert "This field is required" in text(response)
    assert desk.post(reverse("article_new"), typed(title="x" * 201, do="save")).status_code == 400
    assert desk.post(reverse("article_new"), typed(audience="martians", do="save")).status_code == 400
    assert desk.post(reverse("article_new"), typed(base_version="9" * 30, do="save")).status_code == 400
    assert not Article.objects.exists()


def test_two_people_writing_at_once_see_both_texts(desk, article, mona):
    stale = typed(article, body="My words", do="save")
    knowledge.write_article(by=mona, article=article, fields={"body": "Their words"})
    response = desk.post(reverse("article_edit", args=[article.slug]), stale)
    assert response.status_code == 409
    for words in ("My", "Their", "Somebody else wrote version 2", "Mona"):
        assert words in text(response)
    assert article.versions.count() == 2
    article.refresh_from_db()
    desk.post(reverse("article_edit", args=[article.slug]), stale | {"base_version": 2})
    article.refresh_from_db()
    assert (article.latest.number, article.latest.body) == (3, "My words")


def test_versions_are_compared_and_brought_back(desk, article, tess):
    knowledge.write_article(
        by=tess, article=article, fields={"body": BODY.replace("ten", "thirty"), "note": "Longer press"}
    )
    page = text(desk.get(reverse("article_versions", args=[article.slug])))
    assert "<ins>thirty</ins>" in page
    assert "<del>ten</del>" in page
    assert "Longer press" in page
    desk.post(reverse("article_restore", args=[article.slug, 1]))
    article.refresh_from_db()
    assert (article.latest.number, article.latest.body) == (3, BODY)
    assert article.latest.note == "Restored from version 1"
    assert desk.get(reverse("article_versions", args=[article.slug]), {"old": "99"}).status_code == 404
    assert desk.post(reverse("article_restore", args=[article.slug, 99])).status_code == 404


def test_only_managers_archive_and_bring_back(desk, client, article, mona):
    address = reverse("article_state", args=[article.slug])
    assert desk.post(address, {"do": "archive"}).status_code == 403
    client.force_login(mona)
    client.post(address, {"do": "archive"})
    article.refresh_from_db()
    assert article.archived_at
    assert "archived" in text(client.post(address, {"do": "publish"}, follow=True)).lower()
    client.post(address, {"do": "unarchive"})
    article.refresh_from_db()
    assert article.archived_at is None
    assert client.post(address, {"do": "explode"}).status_code == 404


def test_the_list_finds_drafts_by_title_and_published_ones_by_their_words(desk, article, tess):
    other = knowledge.write_article(by=tess, fields={"title": "Toner", "body": "Open the zeppelin flap."})
    knowledge.publish_article(article=other, by=tess)

    def listed(**params):
        return {a.slug for a in desk.get(reverse("articles"), params).context["page"].items}

    assert listed() == {article.slug, other.slug}
    assert listed(q="router") == {article.slug}
    assert listed(q="zeppelin") == {other.slug}
    assert listed(state="draft") == {article.slug}
    assert listed(state="published", audience=Audience.STAFF) == set()
    assert listed(q="\x00'\" OR", category="9" * 40, state="odd") == set()


def test_requesters_get_the_help_centre_and_write_nothing(client, carl, article, tess):
    client.force_login(carl)
    assert client.get(reverse("articles")).headers["Location"] == reverse("portal_help")
    assert client.get(reverse("article", args=[article.slug]), follow=True).status_code == 404
    knowledge.publish_article(article=article, by=tess)
    assert client.get(reverse("article", args=[article.slug]), follow=True).status_code == 200
    for route in ("article_new",):
        assert client.get(reverse(route)).status_code == 404
        assert client.post(reverse(route), typed(do="publish")).status_code == 404
    for route in ("article_edit", "article_state"):
        assert client.post(reverse(route, args=[article.slug]), typed(do="unpublish")).status_code == 404
    assert client.get(reverse("article_versions", args=[article.slug])).status_code == 404


def test_lists_ask_the_database_a_constant_number_of_times(desk, tess, django_assert_max_num_queries):
    for n in range(12):
        knowledge.write_article(by=tess, fields={"title": f"Article {n}", "body": "Words"})
    with django_assert_max_num_queries(6):
        desk.get(reverse("articles"))


def test_unchanged_stretches_are_left_out_and_changed_words_marked():
    old = "\n".join(f"line {n}" for n in range(40))
    lines = compare(old, old.replace("line 20", "line twenty"))
    assert [line.kind for line in lines].count("gap") == 2
    removed = next(line for line in lines if line.kind == "removed")
    added = next(line for line in lines if line.kind == "added")
    assert (removed.old, added.new) == (21, 21)
    assert [piece.text for piece in added.pieces if piece.changed] == ["twenty"]
    assert not has_changes(compare(old, old))


@pytest.mark.parametrize(("old", "new"), [("", ""), ("", "a"), ("a", ""), ("a" * 5_000, "b" * 5_000)])
def test_odd_texts_are_compared_too(old, new):
    assert has_changes(compare(old, new)) is (old != new)
