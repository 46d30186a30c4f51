"""Writing, publishing and rating knowledge articles."""

import pytest

from tickets.actions import knowledge
from tickets.errors import Conflict, Invalid, NotAllowed, NotFound
from tickets.models import Article
from tickets.search import find_articles

FIELDS = {"title": "How to reset the router", "body": "Hold the **button** for ten seconds."}


@pytest.fixture
def article(tess):
    return knowledge.write_article(by=tess, fields=FIELDS)


def found(words):
    return list(find_articles(Article.objects.all(), words))


def test_a_new_article_is_a_draft_for_staff(article, carl, tess):
    assert (article.slug, article.latest.number, article.published) == ("how-to-reset-the-router", 1, None)
    assert "<strong>button</strong>" in article.latest.html
    assert not Article.objects.visible_to(carl).exists()
    assert Article.objects.visible_to(tess).get() == article
    assert not found("router")


def test_readers_see_and_find_the_published_version(article, tess, carl):
    knowledge.publish_article(article=article, by=tess)
    assert found("router") == [article]
    changed = knowledge.write_article(by=tess, article=article, fields={"body": "Unplug the modem."}, base_version=1)
    assert (changed.latest.number, changed.published.number, changed.has_unpublished_changes) == (2, 1, True)
    assert not found("modem")
    knowledge.publish_article(article=article, by=tess)
    assert found("modem") == [article]
    knowledge.publish_article(article=article, by=tess, number=1)
    assert not found("modem")
    knowledge.unpublish_article(article=article, by=tess)
    assert not found("router")
    assert not Article.objects.visible_to(carl).exists()


def test_two_writers_do_not_overwrite_each_other(article, tess, mona):
    knowledge.write_article(by=tess, article=article, fields={"body": "One"}, base_version=1)
    with pytest.raises(Conflict) as refused:
        knowledge.write_article(by=mona, article=article, fields={"body": "Two"}, base_version=1)
    assert refused.value.conflicts == {"body": {"yours": "Two", "theirs": "One"}}
    assert refused.value.version == 2


def test_titles_may_repeat(article, tess):
    again = [knowledge.write_article(by=tess, fields=FIELDS).slug for _ in range(2)]
    assert again == ["how-to-reset-the-router-2", "how-to-reset-the-router-3"]


def test_a_title_without_latin_letters_has_an_address(tess):
    assert knowledge.write_article(by=tess, fields={"title": "如何", "body": "x"}).slug == "article"


def test_bad_fields_are_named(tess):
    with pytest.raises(Invalid) as refused:
        knowledge.write_article(by=tess, fields={"title": "a\x00", "body": " ", "audience": "aliens", "html": "x"})
    assert set(refused.value.errors) == {"title", "body", "audience", "html"}
    with pytest.raises(Invalid) as refused:
        knowledge.write_article(by=tess, fields={})
    assert set(refused.value.errors) == {"title", "body"}


def test_requesters_do_not_write_and_technicians_do_not_archive(article, carl, tess, mona):
    with pytest.raises(NotAllowed):
        knowledge.write_article(by=carl, fields=FIELDS)
    with pytest.raises(NotAllowed):
        knowledge.archive_article(article=article, by=tess)
    knowledge.publish_article(article=article, by=tess)
    knowledge.archive_article(article=article, by=mona)
    assert not found("router")
    with pytest.raises(Conflict):
        knowledge.publish_article(article=article, by=tess)
    knowledge.restore_article(article=article, by=mona)
    assert found("router") == [article]


def test_readers_say_whether_it_helped(article, tess, carl):
    with pytest.raises(NotFound):
        knowledge.rate_article(article=article, by=carl, helpful=True)
    knowledge.publish_article(article=article, by=tess)
    knowledge.rate_article(article=article, by=carl, helpful=True)
    rated = knowledge.rate_article(article=article, by=carl, helpful=False)
    assert (rated.helpful, rated.not_helpful) == (1, 1)
