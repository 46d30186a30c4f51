"""The demo's knowledge base: one Markdown file an article, its headings above the line of dashes."""

from datetime import datetime, timedelta
from pathlib import Path

from tickets.actions.knowledge import publish_article, write_article
from tickets.demo.people import Cast
from tickets.models import Article, ArticleVersion, Category

FOLDER = Path(__file__).with_name("articles")
REVISED_EVERY = 4


def make_articles(cast: Cast, categories: dict[str, Category], now: datetime) -> None:
    """Write and publish each article; some were revised once, one is a draft."""
    writers = [people[0] for people in cast.technicians.values()]
    for place, path in enumerate(sorted(FOLDER.glob("*.md"))):
        head, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
        facts = dict(line.split(": ", 1) for line in head.splitlines())
        draft = bool(facts.pop("draft", ""))
        facts["category"] = str(categories[facts["category"]].pk)
        bodies = [body.strip()]
        if place % REVISED_EVERY == 0:
            bodies.insert(0, bodies[0].rsplit("\n\n", 1)[0])
        article: Article | None = None
        for number, text in enumerate(bodies):
            fields = facts | {"body": text, "note": "Added the last part." if number else ""}
            article = write_article(by=writers[(place + number) % len(writers)], fields=fields, article=article)
        if article and not draft:
            publish_article(article=article, by=writers[place % len(writers)])
        if article:
            _date_back(article, now - timedelta(days=75 - place * 4, hours=place), place)


def _date_back(article: Article, written: datetime, place: int) -> None:
    """Give the article and its versions the age, and the readers' answers, of a grown knowledge base."""
    for version in article.versions.all():
        ArticleVersion.objects.filter(pk=version.pk).update(created_at=written + timedelta(days=version.number - 1))
    rows = Article.objects.filter(pk=article.pk)
    rows.update(created_at=written, updated_at=written + timedelta(days=1))
    rows.exclude(published=None).update(
        published_at=written + timedelta(days=1), helpful=place * 7 % 23 + 3, not_helpful=place % 4
    )
