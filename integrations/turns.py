"""Whose turn it is: work about one thing is carried out in the order in which it was asked for."""

from datetime import datetime, timedelta

from django.utils import timezone

from integrations.errors import Refused
from tickets import work
from tickets.choices import WorkState
from tickets.models import Work

SOON = timedelta(seconds=1)
UNHEARD = timedelta(minutes=5)  # until a row in the line looks by itself: only a worker that died forgets to wake it
PATIENCE = timedelta(days=3)  # for a system that keeps asking to be left alone


def waits_for_earlier(row: Work, **same: object) -> bool:
    """Put the row off while earlier ones with the same values are unfinished; return whether that is so. `next_one` wakes it."""
    earlier = type(row)._default_manager.filter(pk__lt=row.pk, state__in=work.UNFINISHED, **same)
    if not earlier.exists():
        return False
    work.put_off(row, timezone.now() + UNHEARD)
    if not earlier.exists():  # the last of them ended before it could see this one waiting
        _rouse(row.pk, type(row))
    return True


def next_one(row: Work, **same: object) -> None:
    """Wake the next unfinished row with the same values, now that this one is done."""
    later = type(row)._default_manager.filter(pk__gt=row.pk, state=WorkState.QUEUED, **same).order_by("pk")
    following = later.filter(attempts=0).values_list("pk", flat=True).first()
    if following is not None:
        _rouse(following, type(row))


def _rouse(pk: int, model: type[Work]) -> None:
    model._default_manager.filter(pk=pk, state=WorkState.QUEUED).update(due=timezone.now())
    work.wake(model, pk)


def later(row: Work, reason: Exception, wait: timedelta, *, since: datetime | None = None) -> None:
    """Put the row off; it was no failed attempt. Raises Refused once it was put off for longer than anybody should wait."""
    now = timezone.now()
    if now - (since or row.created_at) > PATIENCE:
        raise Refused(f"Given up after three days: {reason}") from reason
    work.put_off(row, now + wait)
