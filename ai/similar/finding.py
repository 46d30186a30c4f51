"""Similar tickets for a person: candidates from the index, only those the person may see, then ranked by all evidence."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.conf import settings
from django.db.models import Q

from ai.choices import Learning
from ai.learned import active
from ai.models import SentenceVector
from ai.similar import fusing, index, lexical, semantic, sketches
from ai.similar.fusing import Curve, Evidence, Match
from ai.similar.words import BODY_LENGTH, WORD, grams, number_of, plain, stem, words
from tickets.choices import LinkKind
from tickets.models import Ticket, TicketLink, User

logger = structlog.get_logger(__name__)
CANDIDATES = 300
FARTHEST = 20_000  # candidates that are looked through for somebody who sees few tickets
SHARED_AT_MOST = 6


@dataclass(frozen=True)
class Similar:
    """One earlier ticket, how sure we are that it is about the same, 0 to 1, and the words that speak for it."""

    ticket: Ticket
    confidence: float
    shared: list[str]
    duplicates: int  # known duplicates of it that speak for it too


@dataclass(frozen=True)
class Asked:
    """A text as it is looked for."""

    title: str
    body: str
    question: lexical.Question
    vector: semantic.Floats | None


def ask(title: str, body: str) -> Asked:
    """Prepare a text to be looked for; with its meaning, where the sentence model was fetched."""
    return Asked(title, body, index.ask(lexical.weigh(title, body)), meaning_of(title, body))


def meaning_of(title: str, body: str) -> semantic.Floats | None:
    model = sentence_model()
    return model.vector(f"{title}. {body}") if model and (title.strip() or body.strip()) else None


def sentence_model() -> semantic.SentenceModel | None:
    """Return the sentence model, or None where it is absent or damaged: words alone do."""
    try:
        return semantic.model_in(Path(settings.SENTENCE_MODEL))
    except semantic.WrongWeights as error:
        logger.warning("the sentence model cannot be used", error=str(error))
        return None


def similar_tickets(asked: Asked, user: User, *, but: Collection[int] = (), count: int = 5) -> list[Similar]:
    """Return the tickets most like a text among those `user` may see, best first. `but` are left out, and what they stand for."""
    titles = _candidates(asked, user, set(but))
    evidence = _weigh(asked, titles)
    matches = fusing.fuse(evidence, _originals(titles, user, set(but)))[:count]
    found = Ticket.objects.visible_to(user).in_bulk([match.number for match in matches])
    curve = learned_curve()
    return [_told(match, found[match.number], asked, curve) for match in matches if match.number in found]


def similar_to(ticket: Ticket, user: User, *, count: int = 5) -> list[Similar]:
    """Return the tickets most like this one among those `user` may see; those it is linked to already are left out."""
    asked = ask(ticket.title, ticket.description)
    return similar_tickets(asked, user, but=known_to_be_near(ticket), count=count)


def evidence_for(asked: Asked, but: Collection[int] = ()) -> list[Evidence]:
    """Return what speaks for the tickets most like a text, whoever may see them: for learning only."""
    numbers, scores = index.closest(asked.question, CANDIDATES)
    lexically = dict(zip(numbers.tolist(), scores.tolist(), strict=True))
    near = sketches.nearest(semantic.sketch(asked.vector), CANDIDATES) if asked.vector is not None else []
    wanted = {*lexically, *near} - set(but)
    rows = Ticket.objects.current().filter(pk__in=wanted).values_list("pk", "title", "merged_into_id")
    return _weigh(asked, {pk: _Candidate(lexically.get(pk, 0.0), title, into) for pk, title, into in rows})


def learned_curve() -> Curve | None:
    """Return how sure likeness is by what this desk decided, None while it has not decided enough."""
    held = active(Learning.SIMILAR)
    return Curve(held.about["offset"], held.about["slope"], held.about["with_meaning"]) if held else None


def known_to_be_near(ticket: Ticket) -> set[int]:
    """Return the ticket and those it is linked or merged with."""
    near = {ticket.pk, *([ticket.merged_into_id] if ticket.merged_into_id else [])}
    near |= set(Ticket.objects.filter(merged_into=ticket).values_list("pk", flat=True))
    links = TicketLink.objects.filter(Q(source=ticket) | Q(target=ticket)).values_list("source_id", "target_id")
    return near.union(*links)


@dataclass(frozen=True)
class _Candidate:
    words: float
    title: str
    merged_into: int | None


def _candidates(asked: Asked, user: User, but: set[int]) -> dict[int, _Candidate]:
    """Return the likeliest tickets that the user may see; further down the list where the first are not for the user."""
    far = CANDIDATES if user.sees_all_tickets else FARTHEST
    numbers, scores = index.closest(asked.question, far)
    lexically = dict(zip(numbers.tolist(), scores.tolist(), strict=True))
    found: dict[int, _Candidate] = {}
    near = sketches.nearest(semantic.sketch(asked.vector), far) if asked.vector is not None else []
    for ranking in (_within_reach(list(lexically), user), _within_reach(list(near), user)):
        of_ranking, step, at = 0, CANDIDATES, 0
        while at < len(ranking) and of_ranking < CANDIDATES:
            part = [pk for pk in ranking[at : at + step] if pk not in but]
            rows = Ticket.objects.visible_to(user).current().filter(pk__in=part)
            known = {pk: (title, into) for pk, title, into in rows.values_list("pk", "title", "merged_into_id")}
            for pk in part:
                if pk in known and of_ranking < CANDIDATES:
                    found[pk] = _Candidate(lexically.get(pk, 0.0), *known[pk])
                    of_ranking += 1
            at, step = at + step, step * 4
    return found


def _within_reach(ranking: list[int], user: User) -> list[int]:
    """Leave out early what somebody who sees few tickets cannot see; where they are many, the walk down the ranking is short."""
    if user.sees_all_tickets or len(ranking) <= CANDIDATES:
        return ranking
    seen = set(Ticket.objects.visible_to(user).order_by().values_list("pk", flat=True)[: FARTHEST + 1])
    return ranking if len(seen) > FARTHEST else [pk for pk in ranking if pk in seen]


def _weigh(asked: Asked, candidates: dict[int, _Candidate]) -> list[Evidence]:
    wanted = grams(asked.title)
    meaning: dict[int, float] = {}
    if asked.vector is not None:
        kept = dict(SentenceVector.objects.filter(ticket__in=candidates).values_list("ticket_id", "vector"))
        near = semantic.cosines(asked.vector, [bytes(vector) for vector in kept.values()])
        meaning = dict(zip(kept, near.tolist(), strict=True))
    return [
        Evidence(pk, one.words, fusing.overlap(wanted, grams(one.title)), meaning.get(pk))
        for pk, one in candidates.items()
    ]


def _originals(candidates: dict[int, _Candidate], user: User, but: set[int]) -> dict[int, int]:
    """Return candidate → the ticket it was merged into or is a duplicate of, where the user may see that one."""
    stands = {pk: one.merged_into for pk, one in candidates.items() if one.merged_into}
    links = TicketLink.objects.filter(source__in=candidates, kind=LinkKind.DUPLICATE)
    stands |= dict(links.values_list("source_id", "target_id"))
    wanted = set(stands.values()) - but
    seen = set(Ticket.objects.visible_to(user).current().filter(pk__in=wanted).values_list("pk", flat=True))
    return {pk: original for pk, original in stands.items() if original in seen}


def _told(match: Match, ticket: Ticket, asked: Asked, curve: Curve | None) -> Similar:
    theirs = set(words(f"{ticket.title} {ticket.description}"))
    return Similar(ticket, fusing.confidence(match.best, curve), shared_words(asked, theirs), match.voices - 1)


def shared_words(asked: Asked, theirs: Iterable[str]) -> list[str]:
    """Return the most telling words of the question that another text has too, as they were written."""
    written = {stem(word): word for word in WORD.findall(plain(f"{asked.title} {asked.body}", BODY_LENGTH))}
    factors = asked.question.factors
    common = {word for word in theirs if number_of(word) in factors}
    ranked = sorted(common, key=lambda word: (-factors[number_of(word)], word))
    return [written.get(word, word) for word in ranked[:SHARED_AT_MOST]]
