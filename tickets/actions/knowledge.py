"""Knowledge articles: written as versions, published, rated."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify

from tickets import search
from tickets.choices import Audience
from tickets.errors import Conflict, Invalid, NotFound
from tickets.fields import CLEANERS, TEXT_LENGTH, Cleaner, choice, clean_with, text
from tickets.models import Article, ArticleVersion, User
from tickets.permissions import require
from tickets.text import render

ARTICLE_FIELDS: dict[str, Cleaner] = {
    "title": lambda value, _: text(value, 200, required=True).replace("\n", " ").strip(),
    "body": lambda value, _: text(value, TEXT_LENGTH, required=True),
    "note": lambda value, _: text(value, 200).replace("\n", " ").strip(),
    "category": CLEANERS["category"],
    "audience": lambda value, _: choice(value, Audience),
}


def write_article(
    *, by: User, fields: Mapping[str, Any], article: Article | None = None, base_version: int | None = None
) -> Article:
    """Write a new article, or the next version of `article`; readers see it once it is published.

    `fields` takes title, body, category, audience and a note on what changed; what is missing stays as it was. With `base_version`, the
    number of the version that was being edited, a newer one by somebody else raises Conflict. Raises Invalid, NotAllowed, NotFound.
    """
    require(by, "article.write")
    values = clean_with(ARTICLE_FIELDS, fields, by=by)
    with transaction.atomic():
        article = _lock(article) if article else Article()
        latest = article.latest
        _check_complete(values, latest)
        if latest and base_version is not None and base_version != latest.number:
            _refuse_stale(values, latest)
        for name in ("category", "audience"):
            setattr(article, name, values.get(name, getattr(article, name)))
        if not article.pk:
            article.slug = free_slug(values["title"])
        article.save()
        if latest is None or {"title", "body"} & values.keys():
            article.latest = _add_version(article, values, latest, by)
            article.save(update_fields=["latest", "updated_at"])
        search.index_article(article)
    return article


def _lock(article: Article) -> Article:
    locked = (
        Article.objects.select_for_update(of=("self",))
        .select_related("latest", "published")
        .filter(pk=article.pk)
        .first()
    )
    if locked is None:
        raise NotFound("There is no such article, or it is not yours to see.")
    return locked


def _check_complete(values: Mapping[str, Any], latest: ArticleVersion | None) -> None:
    missing = [name for name in ("title", "body") if name not in values and latest is None]
    if missing:
        raise Invalid({name: ["This field is required."] for name in missing})


def _refuse_stale(values: Mapping[str, Any], latest: ArticleVersion) -> None:
    conflicts = {
        name: {"yours": values[name], "theirs": getattr(latest, name)}
        for name in ("title", "body")
        if name in values and values[name] != getattr(latest, name)
    }
    raise Conflict(
        f"Somebody else wrote version {latest.number} in the meantime. Take over what you want to keep and send it with that version.",
        conflicts=conflicts,
        version=latest.number,
    )


def _add_version(
    article: Article, values: Mapping[str, Any], latest: ArticleVersion | None, by: User
) -> ArticleVersion:
    body = values.get("body", latest.body if latest else "")
    return ArticleVersion.objects.create(
        article=article,
        number=latest.number + 1 if latest else 1,
        title=values.get("title", latest.title if latest else ""),
        body=body,
        html=render(body),
        author=by,
        note=values.get("note", ""),
    )


def free_slug(title: str) -> str:
    """Return an address for an article of this title that no other one has."""
    base = slugify(title)[:100].strip("-") or "article"
    taken = set(Article.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken)


def restore_article_version(*, article: Article, by: User, number: int) -> Article:
    """Write an older version's title and text as the newest version. Raises NotFound where there is no such version."""
    version = ArticleVersion.objects.filter(article=article, number=number).first()
    if version is None:
        raise NotFound("The article has no such version.")
    fields = {"title": version.title, "body": version.body, "note": f"Restored from version {number}"}
    return write_article(by=by, fields=fields, article=article)


def publish_article(*, article: Article, by: User, number: int | None = None) -> Article:
    """Show a version to readers: the latest, or the one with `number`. Raises NotFound, Conflict for an archived article."""
    with transaction.atomic():
        article = _lock(article)
        require(by, "article.publish", article)
        if article.archived_at:
            raise Conflict("The article is archived. Bring it back first.", code="archived")
        version = article.latest if number is None else article.versions.filter(number=number).first()
        if version is None:
            raise NotFound("The article has no such version.")
        article.published, article.published_at = version, timezone.now()
        article.save(update_fields=["published", "published_at", "updated_at"])
        search.index_article(article)
    return article


def unpublish_article(*, article: Article, by: User) -> Article:
    """Take an article back to being a draft."""
    return _set(article, by, "article.publish", published=None, published_at=None)


def archive_article(*, article: Article, by: User) -> Article:
    """Take an article out of every list; its versions stay."""
    return _set(article, by, "article.archive", archived_at=timezone.now())


def restore_article(*, article: Article, by: User) -> Article:
    """Bring an archived article back as it was."""
    return _set(article, by, "article.archive", archived_at=None)


def _set(article: Article, by: User, verb: str, **columns: Any) -> Article:
    with transaction.atomic():
        article = _lock(article)
        require(by, verb, article)
        for name, value in columns.items():
            setattr(article, name, value)
        article.save(update_fields=[*columns, "updated_at"])
        search.index_article(article)
    return article


def rate_article(*, article: Article, by: User, helpful: bool) -> Article:
    """Count a reader's answer to "did this help?"."""
    if not isinstance(helpful, bool):
        raise Invalid({"helpful": ["Choose true or false."]})
    if not Article.objects.visible_to(by).filter(pk=article.pk).exists():
        raise NotFound("There is no such article, or it is not yours to see.")
    require(by, "article.rate", article)
    counter = "helpful" if helpful else "not_helpful"
    Article.objects.filter(pk=article.pk).update(**{counter: F(counter) + 1})
    article.refresh_from_db(fields=["helpful", "not_helpful"])
    return article
