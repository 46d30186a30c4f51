"""Suggested resolutions: offered, judged, discarded when the ticket moves on."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ai.choices import ResolutionState
from ai.models import ResolutionVote, SuggestedResolution
from ai.permissions import require
from ai.similar.finding import ask, known_to_be_near
from ai.similar.resolving import Resolution, resolutions
from tickets.errors import Conflict, Invalid, NotFound
from tickets.models import Ticket, User


@dataclass(frozen=True)
class Offer:
    """A suggestion with what it says."""

    suggestion: SuggestedResolution
    resolution: Resolution


def suggest_resolution(*, ticket: Ticket, by: User, now: datetime) -> list[Offer]:
    """Offer ways to resolve a ticket, most confident first, from what `by` may see. Those offered before and judged stay judged.

    Raises NotAllowed, NotFound; Conflict for a ticket that is done with.
    """
    require(by, "ai.advise")
    require(by, "ticket.view", ticket)
    if ticket.is_resolved or ticket.archived_at or ticket.merged_into_id:
        raise Conflict("The ticket is done with; open it again to look for a resolution.", code="moved_on")
    began = time.monotonic()
    asked = ask(ticket.title, ticket.description)
    rejected = _rejected(ticket)
    found = [
        one
        for one in resolutions(asked, by, but=known_to_be_near(ticket))
        if (one.source and one.source.pk, one.article and one.article.pk) not in rejected
    ]
    with transaction.atomic():
        return [Offer(_offer(ticket, one, now, round(1000 * (time.monotonic() - began))), one) for one in found]


def _rejected(ticket: Ticket) -> set[tuple[int | None, int | None]]:
    """Return the sources that somebody said did not help on this ticket."""
    votes = ResolutionVote.objects.filter(suggestion__ticket=ticket, helpful=False)
    return set(votes.values_list("suggestion__source", "suggestion__article"))


def _offer(ticket: Ticket, found: Resolution, now: datetime, milliseconds: int) -> SuggestedResolution:
    suggestion, is_new = SuggestedResolution.objects.get_or_create(
        ticket=ticket,
        source=found.source,
        article=found.article,
        defaults={"confidence": found.confidence, "made_at": now, "milliseconds": milliseconds},
    )
    if not is_new:
        state = ResolutionState.OFFERED if suggestion.state == ResolutionState.DISCARDED else suggestion.state
        suggestion.state, suggestion.confidence = state, found.confidence
        suggestion.made_at, suggestion.discarded_at, suggestion.milliseconds = now, None, milliseconds
        suggestion.save(update_fields=["state", "confidence", "made_at", "discarded_at", "milliseconds"])
    return suggestion


def discard_suggestions(*, tickets: Collection[int], now: datetime) -> None:
    """Take back what was offered on tickets: they have moved on, and the offer answers what they no longer ask."""
    offered = SuggestedResolution.objects.filter(ticket__in=tickets, state=ResolutionState.OFFERED)
    offered.update(state=ResolutionState.DISCARDED, discarded_at=now)


def rate_suggestion(*, suggestion: SuggestedResolution, helpful: bool, by: User, now: datetime) -> SuggestedResolution:
    """Count somebody's answer to "did this help?"; the last one counts. What did not help leaves the ticket.

    Raises Invalid, NotAllowed, NotFound; Conflict for a suggestion that was discarded because the ticket moved on.
    """
    require(by, "ai.advise")
    if not isinstance(helpful, bool):
        raise Invalid({"helpful": ["Choose true or false."]})
    with transaction.atomic():
        found = (
            SuggestedResolution.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=suggestion.pk).first()
        )
        if found is None:
            raise NotFound("There is no such suggestion, or it is not yours to see.")
        judged = found.votes.exists()
        if found.state == ResolutionState.DISCARDED and not judged:
            raise Conflict("The ticket has moved on. Ask for suggestions again.", code="moved_on")
        given = {"helpful": helpful, "given_at": now}
        ResolutionVote.objects.update_or_create(suggestion=found, user=by, defaults=given)
        found.state = ResolutionState.ACCEPTED if helpful else ResolutionState.DISCARDED
        found.discarded_at = None if helpful else now
        found.save(update_fields=["state", "discarded_at"])
    return found
