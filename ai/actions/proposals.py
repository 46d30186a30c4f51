"""What a model wants to write, decided by the person it would act for."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from ai.choices import ProposalState
from ai.models import Proposal
from ai.tools.all import Caller, call
from tickets.choices import Channel
from tickets.errors import Conflict, NotFound
from tickets.models import User

KEPT = timedelta(days=30)


def approve_proposal(*, proposal: Proposal, by: User, via: Channel) -> dict[str, Any]:
    """Carry a proposal out as the person who says so, once. Raises NotFound, Conflict, and what the tool refuses, which settles nothing."""
    arguments = _settle(proposal, by, ProposalState.APPROVED)
    try:
        return call(Caller(by, via=via), proposal.tool, arguments)
    except Exception:  # whatever it is, nothing was written
        waiting = {"state": ProposalState.PENDING, "settled_at": None, "arguments": arguments}
        Proposal.objects.filter(pk=proposal.pk).update(**waiting)
        raise


def decline_proposal(*, proposal: Proposal, by: User) -> Proposal:
    """Put a proposal aside for good."""
    _settle(proposal, by, ProposalState.DECLINED)
    return proposal


def _settle(proposal: Proposal, by: User, state: ProposalState) -> dict[str, Any]:
    if proposal.user_id != by.pk:
        raise NotFound("There is no such proposal, or it is not yours.")
    arguments: dict[str, Any] = proposal.arguments
    mine = Proposal.objects.filter(pk=proposal.pk, user=by, state=ProposalState.PENDING)
    if not mine.update(state=state, settled_at=timezone.now(), arguments={}):
        raise Conflict("This proposal was decided already.", code="already_settled")
    proposal.refresh_from_db()
    return arguments


def forget_old_proposals(now: datetime) -> int:
    """Delete what nobody decided on for a month, with the text it holds."""
    deleted, _ = Proposal.objects.filter(state=ProposalState.PENDING, made_at__lt=now - KEPT).delete()
    return deleted
