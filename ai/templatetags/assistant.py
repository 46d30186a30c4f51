"""What an agent answered and proposed, for templates."""

from django import template

from ai.models import Proposal, Turn
from ai.permissions import can
from ai.proposed import Proposed, proposed, waiting_for
from ai.talking import showing
from tickets.models import Ticket, User

register = template.Library()
register.filter("shown", showing.shown)


@register.simple_tag
def proposals_of(turn: Turn) -> list[Proposed]:
    """Return what an agent proposed in this answer, waiting or decided."""
    if turn.run_id is None:
        return []
    rows = Proposal.objects.filter(run=turn.run_id, user=turn.user_id).select_related("ticket")
    return [proposed(row) for row in rows.order_by("pk")]


@register.simple_tag
def proposals_on(ticket: Ticket, reader: User) -> list[Proposed]:
    """Return what waits for the reader's word on a ticket; nothing for requesters."""
    if not can(reader, "ai.advise"):
        return []
    return [proposed(row) for row in waiting_for(reader).filter(ticket=ticket)]
