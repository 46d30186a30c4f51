"""Letting go of what was carried out long ago; what is known here and there stays in links and their parts."""

from datetime import datetime, timedelta

from integrations.models import (
    Delivery,
    HookCall,
    InboundEvent,
    InboundFile,
    Message,
    News,
    Notification,
    PutAside,
    SyncRun,
)
from tickets.choices import WorkState

KEPT = timedelta(days=30)
NOTIFICATIONS_KEPT = timedelta(days=180)
DONE = (InboundEvent, InboundFile, SyncRun, Delivery, HookCall, News, Message)


def forget_old(now: datetime) -> int:
    """Delete work that was done long ago, old notifications, and rows put aside that have not come again for as long.

    What is stuck stays until somebody looks. Returns how many.
    """
    old = {"state": WorkState.DONE, "finished_at__lt": now - KEPT}
    told = Notification.objects.filter(created_at__lt=now - NOTIFICATIONS_KEPT)
    unread = PutAside.objects.filter(last_at__lt=now - KEPT)
    return sum(kind._default_manager.filter(**old).delete()[0] for kind in DONE) + told.delete()[0] + unread.delete()[0]
