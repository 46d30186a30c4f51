"""The texts that are searched. Cut so that no document outgrows what an engine takes."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from tickets.models import ArticleVersion, Comment, Ticket

COMMENT_LENGTH = 20_000
DOCUMENT_LENGTH = 200_000
WORD_LENGTH = 40  # PostgreSQL refuses documents over 1 MB; short words and a lexeme limit keep far below
HYPHENATED = re.compile(r"(?<![\w-])(\w{1,12})-(\w{1,12})(?![\w-])")
Texts = tuple[int, str, str, str]


def cut(text: str, length: int) -> str:
    """Return the text with no word too long, and what is written with a hyphen in one word too: who looks for "wifi" finds "Wi-Fi"."""
    words = [word[:WORD_LENGTH] for word in text[:length].split()]
    if "-" in text:
        words += dict.fromkeys("".join(parts) for parts in HYPHENATED.findall(text[:length]))
    return " ".join(words)


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
