"""How a ticket might be resolved: what resolved tickets like it, and what articles say, each with its source."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from ai.models import ResolutionVote
from ai.similar import finding, fusing, lexical
from ai.similar.finding import Asked
from ai.similar.fusing import Evidence
from ai.similar.words import grams
from tickets import search
from tickets.choices import CLOSED_STATUSES, Side
from tickets.models import Article, Comment, Ticket, User

LOOKED_AT = 20
ARTICLES = 5
LEAST = 0.2  # confidence below which a suggestion is noise
EXCERPT = 600
DOUBTS = 2  # votes that a new source is taken to have, so that the first one does not decide alone
UNWRITTEN = 0.8  # an answer in the conversation is weaker than one that somebody wrote down as the resolution


@dataclass(frozen=True)
class Resolution:
    """What to do, in the words of `source` (a resolved ticket) or `article`."""

    text: str
    confidence: float
    source: Ticket | None = None
    article: Article | None = None


def resolutions(asked: Asked, user: User, *, but: Iterable[int] = (), count: int = 5) -> list[Resolution]:
    """Return the likeliest ways to resolve what is asked, most confident first, from what `user` may see."""
    found = [*_of_tickets(asked, user, set(but)), *_of_articles(asked, user)]
    found = [one for one in found if one.confidence >= LEAST]
    return sorted(found, key=lambda one: -one.confidence)[:count]


def _of_tickets(asked: Asked, user: User, but: set[int]) -> list[Resolution]:
    near = finding.similar_tickets(asked, user, but=but, count=LOOKED_AT)
    done = [one for one in near if one.ticket.status in CLOSED_STATUSES]
    answers = _last_answers([one.ticket.pk for one in done if not one.ticket.resolution.strip()])
    trust = _trust("source", [one.ticket.pk for one in done])
    found = []
    for one in done:
        written = one.ticket.resolution.strip()
        text = written or answers.get(one.ticket.pk, "")
        if text:
            share = trust.get(one.ticket.pk, 1.0) * (1.0 if written else UNWRITTEN)
            found.append(Resolution(text[:EXCERPT], one.confidence * share, source=one.ticket))
    return found


def _last_answers(tickets: list[int]) -> dict[int, str]:
    """Return ticket → the desk's last public reply on it."""
    said = Comment.objects.filter(ticket__in=tickets, is_internal=False, is_automatic=False, redacted_at=None)
    rows = said.select_related("author", "ticket").order_by("created_at", "pk")
    return {one.ticket_id: one.body for one in rows if one.side(one.ticket.requester_id) == Side.DESK}


def _of_articles(asked: Asked, user: User) -> list[Resolution]:
    rows = Article.objects.visible_to(user).published().select_related("published")
    near = search.similar_articles(rows, f"{asked.title} {asked.body}", ARTICLES)
    trust = _trust("article", [article.pk for article in near])
    found = []
    for article in near:
        if article.published is None:
            continue
        confidence = fusing.confidence(_likeness(asked, article.published.title, article.published.body))
        ratio = (article.helpful + DOUBTS) / (article.helpful + article.not_helpful + DOUBTS)
        text = article.published.body[:EXCERPT]
        found.append(Resolution(text, confidence * ratio * trust.get(article.pk, 1.0), article=article))
    return found


def _likeness(asked: Asked, title: str, body: str) -> Evidence:
    meaning = finding.meaning_of(title, body) if asked.vector is not None else None
    return Evidence(
        number=0,
        words=asked.question.likeness(lexical.weigh(title, body)),
        pieces=fusing.overlap(grams(asked.title), grams(title)),
        meaning=None if meaning is None or asked.vector is None else float(meaning @ asked.vector),
    )


def _trust(kind: str, sources: list[int]) -> dict[int, float]:
    """Return source → the share of people whom it helped when it was suggested, 1 where nobody said."""
    votes = ResolutionVote.objects.filter(**{f"suggestion__{kind}__in": sources}).values_list(f"suggestion__{kind}")
    counts = votes.annotate(yes=Count("pk", filter=Q(helpful=True)), no=Count("pk", filter=Q(helpful=False)))
    return {pk: (yes + DOUBTS) / (yes + no + DOUBTS) for pk, yes, no in counts}
