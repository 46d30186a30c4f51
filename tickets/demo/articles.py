"""The demo's knowledge base: one Markdown file an article, its headings above the line of dashes."""

from datetime import datetime, timedelta
from pathlib import Path

from tickets import search
from tickets.choices import Audience
from tickets.demo.people import Cast
from tickets.models import Article, ArticleVersion, Category
from tickets.text import render

FOLDER = Path(__file__).with_name("articles")


def make_articles(cast: Cast, categories: dict[str, Category], now: datetime) -> None:
    """Store each article with its published version; every fourth was revised once, one is a draft."""
    writers = [people[0] for people in cast.technicians.values()]
    for place, path in enumerate(sorted(FOLDER.glob("*.md"))):
        head, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
        facts = dict(line.split(": ", 1) for line in head.splitlines())
        article = Article.objects.create(
            slug=path.stem,
            category=categories[facts["category"]],
            audience=Audience(facts["audience"]),
            helpful=(place * 7) % 23 + 3,
            not_helpful=place % 4,
        )
        written = now - timedelta(days=75 - place * 4, hours=place)
        older = [body.strip().rsplit("\n\n", 1)[0]] if place % 4 == 0 else []
        version = None
        for number, text in enumerate([*older, body.strip()], start=1):
            version = ArticleVersion.objects.create(
                article=article,
                number=number,
                title=facts["title"],
                body=text,
                html=render(text),
                author=writers[(place + number) % len(writers)],
                note="Added the last part." if number > 1 else "",
            )
            ArticleVersion.objects.filter(pk=version.pk).update(created_at=written + timedelta(days=number - 1))
        published = None if "draft" in facts else version
        article.latest, article.published = version, published
        moment = written + timedelta(days=len(older))
        Article.objects.filter(pk=article.pk).update(
            latest=version,
            published=published,
            published_at=moment if published else None,
            created_at=written,
            updated_at=moment,
        )
        search.index_article(article)
