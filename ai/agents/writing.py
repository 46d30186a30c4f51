"""Summary of a conversation and draft of a reply. Nothing here is sent or kept; a person reads it and decides."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from ai.agents.sorting import names_of
from ai.choices import AgentType
from ai.llm.asking import ask
from ai.llm.question import Answer, Question
from ai.llm.untrusted import marked
from ai.models import AIConfig
from ai.permissions import require
from tickets import search
from tickets.choices import Channel
from tickets.models import Article, Comment, Ticket, User
from tickets.search.query import telling_words

if TYPE_CHECKING:  # they load pydantic, see `ai/lazy.py`
    from ai.agents.outputs import ReplyDraft, Summary

COMMENTS_AT_MOST = 80
COMMENT_LENGTH = 4_000
SOURCES_AT_MOST = 3
SOURCE_LENGTH = 3_000
FIRST_WORDS = 280


@dataclass(frozen=True)
class Source:
    number: int
    title: str
    address: str
    text: str


@dataclass(frozen=True)
class Written:
    """Text for a person to judge, and where it comes from."""

    text: str
    answer: Answer[Any]
    sources: list[Source] = field(default_factory=list)


def summarise(
    *, ticket: Ticket, by: User, via: Channel, config: AIConfig | None = None, remember: bool = True
) -> Written:
    """Say in short what a conversation came to, internal notes included; without a model, who said what first and last."""
    require(by, "ai.advise")
    require(by, "ticket.view", ticket)
    comments = conversation(ticket, with_internal=True)
    answer: Answer[Summary] = ask(
        Question(
            agent=AgentType.SUMMARY,
            text=f"The conversation so far:\n{marked(transcript(ticket, comments))}",
            output="Summary",
            by=by,
            via=via,
            ticket=ticket,
            names=people_in(ticket, comments, by),
            config=config,
            remember=remember,
        )
    )
    return Written(answer.value.text if answer.value else first_and_last(ticket, comments), answer)


def draft_reply(
    *, ticket: Ticket, by: User, via: Channel, config: AIConfig | None = None, remember: bool = True
) -> Written:
    """Draft a reply to the requester from what they may read themselves: the public conversation, and published articles.

    Without a model it offers the closest article, or nothing.
    """
    require(by, "ai.advise")
    require(by, "ticket.comment", ticket)
    comments = conversation(ticket, with_internal=False)
    sources = sources_for(ticket, comments)
    shown = "\n\n".join(f"[{one.number}] {one.title}\n{one.text}" for one in sources) or "There are no sources."
    answer: Answer[ReplyDraft] = ask(
        Question(
            agent=AgentType.REPLY,
            text=f"The conversation so far:\n{marked(transcript(ticket, comments))}\n\nSources:\n{marked(shown)}",
            output="ReplyDraft",
            by=by,
            via=via,
            ticket=ticket,
            names=people_in(ticket, comments, by),
            check=lambda draft: wrong_sources(draft, sources),
            config=config,
            remember=remember,
        )
    )
    if answer.value is None:
        fitting = [one for one in sources if fits(one, ticket)][:1]
        return Written(offered(fitting), answer, fitting)
    cited = [one for one in sources if one.number in answer.value.sources or f"[{one.number}]" in answer.value.body]
    return Written(with_sources(answer.value.body, cited), answer, cited)


def conversation(ticket: Ticket, *, with_internal: bool) -> list[Comment]:
    """Return the latest comments, oldest first."""
    rows = Comment.objects.filter(ticket=ticket, redacted_at=None).select_related("author")
    if not with_internal:
        rows = rows.filter(is_internal=False)
    return list(reversed(rows.order_by("-pk")[:COMMENTS_AT_MOST]))


def transcript(ticket: Ticket, comments: Sequence[Comment]) -> str:
    said = [f"{ticket.requester.display_name} asked: {ticket.title}\n{ticket.description[:COMMENT_LENGTH]}"]
    for comment in comments:
        kind = "noted internally" if comment.is_internal else "wrote"
        said.append(f"{comment.author_name} {kind}: {comment.body[:COMMENT_LENGTH]}")
    return "\n\n".join(said)


def people_in(ticket: Ticket, comments: Sequence[Comment], by: User) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*names_of(by, ticket), *(comment.author_name for comment in comments)]))


def sources_for(ticket: Ticket, comments: Sequence[Comment]) -> list[Source]:
    """Return the published articles that the requester may read and that come closest to the question."""
    rows = Article.objects.visible_to(ticket.requester).filter(archived_at=None).exclude(published=None)
    asked = [comment.body for comment in comments if comment.author_id == ticket.requester_id][-1:]
    words = " ".join([ticket.title, *asked, ticket.description])
    close = search.similar_articles(rows.select_related("published"), words, SOURCES_AT_MOST)
    return [
        Source(
            number,
            version.title,
            settings.SITE_URL + reverse("portal_article", args=[article.slug]),
            version.body[:SOURCE_LENGTH],
        )
        for number, article in enumerate(close, 1)
        if (version := article.published) is not None
    ]


def wrong_sources(draft: "ReplyDraft", sources: Sequence[Source]) -> str:
    known = {one.number for one in sources}
    unknown = [number for number in draft.sources if number not in known]
    return f"There is no source {unknown[0]}. Cite only sources given, or none." if unknown else ""


def with_sources(body: str, cited: Sequence[Source]) -> str:
    listed = "\n".join(f"[{one.number}] {one.title}: {one.address}" for one in cited)
    return f"{body}\n\n{listed}" if listed else body


def fits(source: Source, ticket: Ticket) -> bool:
    """Return whether an article is plainly about the same: two telling words of the ticket's title in it, one of them in its title."""
    words = [term.text for term in telling_words(ticket.title)]
    titled, whole = source.title.lower(), f"{source.title} {source.text}".lower()
    return any(word in titled for word in words) and sum(word in whole for word in words) >= min(2, len(words))


def offered(sources: Sequence[Source]) -> str:
    """Return a reply that rests on the closest article alone."""
    if not sources:
        return ""
    best = sources[0]
    return f"This article may help: {best.title}\n{best.address}\n\nIf it does not, tell us what you see and we go on from there."


def first_and_last(ticket: Ticket, comments: Sequence[Comment]) -> str:
    """Return a summary made of facts: who asked what, how often each side wrote, and what was said last."""
    asked = " ".join(ticket.description.split())[:FIRST_WORDS] or ticket.title
    lines = [f"{ticket.requester.display_name} asked: {asked}"]
    if comments:
        last = comments[-1]
        words = " ".join(last.body.split())[:FIRST_WORDS]
        lines.append(
            f"{len(comments)} {'comment' if len(comments) == 1 else 'comments'} since. {last.author_name} wrote last: {words}"
        )
    lines.append(f"It is {ticket.get_status_display().lower()}, {ticket.get_priority_display().lower()} priority.")
    return "\n".join(lines)
