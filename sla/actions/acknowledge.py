"""Acknowledging a breach: somebody of the desk has seen it, so that nobody further up has to hear of it."""

from django.db import transaction
from django.utils import timezone

from sla.models import Breach
from sla.permissions import Actor, require
from tickets.actions.locking import lock, record
from tickets.choices import Channel, EventKind
from tickets.models import User


def acknowledge_breach(*, breach: Breach, by: Actor, via: Channel) -> Breach:
    """Note who has seen a breach; levels that are not carried out yet are not needed. Once is enough. Raises NotAllowed, NotFound."""
    require(by, "sla.acknowledge", breach)
    now = timezone.now()
    with transaction.atomic():
        ticket = lock(breach.ticket, "ticket.work", by)
        fresh = Breach.objects.with_names().get(pk=breach.pk)
        if fresh.acknowledged_at is None:
            fresh.acknowledged_at, fresh.acknowledged_by = now, by if isinstance(by, User) else None
            fresh.save(update_fields=["acknowledged_at", "acknowledged_by"])
            data = {"breach_id": fresh.pk, "kind": fresh.kind, "metric": fresh.metric}
            record(ticket, EventKind.SLA_ACKNOWLEDGED, by=by, via=via, at=now, data=data, public=False)
    return fresh
