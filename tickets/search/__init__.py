"""Full-text search: one interface, two engines (PostgreSQL full text, SQLite FTS5).

A ticket's document has a public part (title, description, replies) and an internal one (notes); requesters search the public part.
Documents are written in the transaction that changes the ticket or article, so a search never lags behind.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from tickets.models import Article, Comment, Ticket, User
from tickets.models.ticket import REFERENCE
from tickets.search.documents import article_text, comment_text, cut, ticket_texts
from tickets.search.engines import engine
from tickets.search.query import parse, telling_words

__all__ = [
    "add_comment",
    "find_articles",
    "find_tickets",
    "index_article",
    "index_ticket",
    "index_tickets",
    "similar_articles",
]


def index_ticket(ticket: Ticket) -> None:
    """Write the ticket's document anew."""
    index_tickets([ticket])


def index_tickets(tickets: Sequence[Ticket], comments: Iterable[Comment] | None = None) -> None:
    """Write the documents of many tickets in a constant number of statements; `comments` are all of theirs where they are at hand."""
    if tickets:
        engine().write("ticket_search", ticket_texts(tickets, comments))


def add_comment(comment: Comment) -> None:
    """Append a new comment to its ticket's document."""
    public, internal = ("", comment_text(comment)) if comment.is_internal else (comment_text(comment), "")
    engine().append("ticket_search", comment.ticket_id, public, internal)


def index_article(article: Article) -> None:
    """Write the document of an article's published version; an unpublished or archived article leaves the index."""
    if article.published is None or article.archived_at:
        engine().remove("article_search", article.pk)
    else:
        engine().write(
            "article_search", [(article.pk, cut(article.published.title, 300), article_text(article.published), "")]
        )


def find_tickets(rows: QuerySet[Ticket], words: str, user: User) -> QuerySet[Ticket]:
    """Narrow visible tickets to those that match. All words must occur, the last may be a beginning; `"a phrase"` and `-without` work."""
    match = REFERENCE.match(words.strip())
    found = Q(pk__in=engine().matches("ticket_search", parse(words), with_internal=user.is_support_staff))
    return rows.filter(found | Q(pk=int(match[1])) if match else found)


def find_articles(rows: QuerySet[Article], words: str) -> QuerySet[Article]:
    """Narrow visible articles to those whose published text matches."""
    return rows.filter(pk__in=engine().matches("article_search", parse(words), with_internal=False))


def similar_articles(rows: QuerySet[Article], sentence: str, count: int) -> list[Article]:
    """Return the articles among `rows` that come closest to what somebody writes, best first; any telling word will do."""
    terms = telling_words(sentence)
    closest = engine().closest("article_search", terms, count * 5) if terms else []
    found = rows.in_bulk(closest)
    return [found[pk] for pk in closest if pk in found][:count]
