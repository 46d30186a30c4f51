"""Letting go of what was carried out long ago; what is known here and there stays in links and their parts."""

from datetime import datetime, timedelta

from integrations.models import Delivery, HookCall, InboundEvent, SyncRun
from tickets.choices import WorkState

KEPT = timedelta(days=30)


def forget_old(now: datetime) -> int:
    """Delete calls, runs and deliveries that were done long ago; stuck ones stay until somebody looks. Returns how many."""
    old = {"state": WorkState.DONE, "finished_at__lt": now - KEPT}
    return sum(kind._default_manager.filter(**old).delete()[0] for kind in (InboundEvent, SyncRun, Delivery, HookCall))
