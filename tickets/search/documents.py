"""The texts that are searched. Cut so that no document outgrows what an engine takes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tickets.models import ArticleVersion, Comment, Ticket

COMMENT_LENGTH = 20_000
DOCUMENT_LENGTH = 200_000
WORD_LENGTH = 40  # PostgreSQL refuses documents over 1 MB; short words and a lexeme limit keep far below
Texts = tuple[int, str, str, str]


def cut(text: str, length: int) -> str:
    return " ".join(word[:WORD_LENGTH] for word in text[:length].split())


def comment_text(comment: Comment) -> str:
    return cut(comment.body, COMMENT_LENGTH)


def article_text(version: ArticleVersion) -> str:
    return cut(version.body, DOCUMENT_LENGTH)


def ticket_texts(tickets: Sequence[Ticket], comments: Iterable[Comment] | None = None) -> list[Texts]:
    """Return (id, title, public text, internal text) for each ticket. The comments are looked up unless given."""
    spoken: dict[tuple[int, bool], list[str]] = defaultdict(list)
    for comment in _comments_of(tickets) if comments is None else comments:
        spoken[comment.ticket_id, comment.is_internal].append(comment_text(comment))
    return [
        (
            ticket.pk,
            cut(ticket.title, 300),
            " ".join([cut(ticket.description, DOCUMENT_LENGTH), *spoken[ticket.pk, False]])[:DOCUMENT_LENGTH],
            " ".join(spoken[ticket.pk, True])[:DOCUMENT_LENGTH],
        )
        for ticket in tickets
    ]


def _comments_of(tickets: Sequence[Ticket]) -> Iterable[Comment]:
    if all(ticket.version <= 1 for ticket in tickets):
        return ()  # a ticket just created has no comments yet
    return Comment.objects.filter(ticket__in=tickets).only("ticket_id", "is_internal", "body").order_by("pk")
