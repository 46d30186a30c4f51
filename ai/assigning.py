"""Who should take one ticket: dispatch's ranking, in which what was learned from closed tickets is one reason more."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache

from ai.advising import Suggested
from ai.choices import AdviceState, Source, TriageField
from ai.dispatch import desk, people
from ai.dispatch.explaining import signed
from ai.dispatch.facts import Placement, Waiting, Worker
from ai.dispatch.ranking import rank_workers
from ai.models import FieldSuggestion
from tickets.models import Ticket

LIKELY = 0.5  # from here on a ticket without category or team is ranked as if it had those that are advised
DECIDED = (AdviceState.ACCEPTED, AdviceState.CORRECTED, AdviceState.DISMISSED)
DOUBT = 10  # decisions that count as much as the first guess, that one in two is followed
LATELY = timedelta(days=30)  # advice that is not followed is shown no more, and tried again after that
COUNTED = 300
COUNT_KEPT = 600  # seconds
Advised = Mapping[str, Suggested]


def with_technician(found: Advised, ticket: Ticket | None, now: datetime) -> dict[str, Suggested]:
    """Return what is advised, the technician by dispatch's ranking; without one where somebody has the ticket, or nobody has room."""
    rest = {field: one for field, one in found.items() if field != TriageField.ASSIGNEE}
    if ticket is not None and ticket.assignee_id:
        return rest
    first = technician(rank(ticket, found, now), now)
    return rest | ({first.field: first} if first else {})


def rank(ticket: Ticket | None, found: Advised, now: datetime, crew: Sequence[Worker] | None = None) -> list[Placement]:
    """Return who could take a ticket, or one of a text of which `found` is advised; best first."""
    facts = _facts(ticket, found, now)
    return rank_workers(facts, people.workers(now, [facts.organization]) if crew is None else crew, now)


def technician(ranked: Sequence[Placement], now: datetime) -> Suggested | None:
    """Return a ranking as advice for a ticket. It is as sure as such advice was followed lately; of the others nobody knows."""
    names = people.names_of(one.worker for one in ranked if one.worker)
    known = [(one, {"id": one.worker, "name": names[one.worker]}) for one in ranked if one.worker in names]
    if not known:
        return None
    others = tuple({"value": who, "confidence": None, "reasons": words_of(one)} for one, who in known[1:])
    first, who = known[0]
    return Suggested(TriageField.ASSIGNEE, who, followed(now), tuple(words_of(first)), others, Source.DISPATCH)


def words_of(placement: Placement) -> list[str]:
    """Return the reasons for a person as a plan tells them, with their points."""
    return [f"{term.words} {signed(term.points)}".strip() for term in placement.terms]


def followed(now: datetime) -> float:
    """Return how often dispatch's advice for a ticket was followed lately; about one half while little was decided."""
    share: float | None = cache.get("ai-dispatch-followed")
    if share is None:
        rows = FieldSuggestion.objects.filter(
            field=TriageField.ASSIGNEE, source=Source.DISPATCH, state__in=DECIDED, made_at__gte=now - LATELY
        )
        states = list(rows.order_by("-pk").values_list("state", flat=True)[:COUNTED])
        share = (states.count(AdviceState.ACCEPTED) + DOUBT / 2) / (len(states) + DOUBT)
        cache.set("ai-dispatch-followed", share, COUNT_KEPT)
    return share


def _facts(ticket: Ticket | None, found: Advised, now: datetime) -> Waiting:
    category, team = (_likely(found, field) for field in (TriageField.CATEGORY, TriageField.TEAM))
    if ticket is not None:
        facts = desk.waiting_facts(ticket, now, category, team)
    else:
        priority = found.get(TriageField.PRIORITY)
        facts = desk.facts_of_text(priority.value if priority else None, category, team)
    return replace(facts, learned=_learned(found.get(TriageField.ASSIGNEE)))


def _likely(found: Advised, field: TriageField) -> int | None:
    one = found.get(field)
    return int(one.value["id"]) if one and one.confidence >= LIKELY else None


def _learned(advice: Suggested | None) -> dict[int, float]:
    if advice is None:
        return {}
    rest: list[Mapping[str, Any]] = list(advice.others)
    return {advice.value["id"]: advice.confidence} | {one["value"]["id"]: one["confidence"] for one in rest}
