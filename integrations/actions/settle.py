"""Deciding on a field that both sides changed."""

from django.db import transaction
from django.utils import timezone

from integrations.actions import hand_on
from integrations.choices import Winner
from integrations.models import Disagreement, ExternalLink
from integrations.origin import news_from
from integrations.permissions import require
from tickets.actions.locking import lock
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel
from tickets.errors import Conflict, Invalid
from tickets.models import User


@transaction.atomic
def settle_disagreement(*, disagreement: Disagreement, by: User, via: Channel, keep: str) -> Disagreement:
    """Keep our value and tell it to the other side, or take theirs. Raises Invalid, Conflict, NotAllowed, NotFound."""
    if keep not in (Winner.OURS, Winner.THEIRS):
        raise Invalid({"keep": ["Choose ours or theirs."]})
    row = Disagreement.objects.select_related("link__connection", "link__ticket").get(pk=disagreement.pk)
    ticket = lock(row.link.ticket, "ticket.work", by)
    require(by, "integration.view")
    row = Disagreement.objects.select_for_update().get(pk=row.pk)
    if row.settled_at is not None:
        raise Conflict("Somebody has decided this already.", code="already_settled")
    row.settled_at, row.settled_by, row.kept = timezone.now(), by, keep
    row.save(update_fields=["settled_at", "settled_by", "kept"])
    link = ExternalLink.objects.select_for_update().get(pk=row.link_id)
    link.agreed = {**link.agreed, row.field: row.theirs}
    link.save(update_fields=["agreed"])
    if keep == Winner.OURS:
        hand_on.update(link)
    else:
        with news_from(link.connection_id):
            change_ticket(ticket=ticket, by=by, via=via, changes={row.field: row.theirs})
    return row
