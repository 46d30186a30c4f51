"""Whose turn it is: work about one thing is carried out in the order in which it was asked for."""

from datetime import datetime, timedelta

from django.utils import timezone

from integrations.errors import Refused
from tickets import work
from tickets.choices import WorkState
from tickets.models import Work

SOON = timedelta(seconds=1)
PATIENCE = timedelta(days=3)  # for a system that keeps asking to be left alone


def waits_for_earlier(row: Work, **same: object) -> bool:
    """Put the row off while an earlier one with the same values is unfinished; return whether that is so."""
    earlier = type(row)._default_manager.filter(pk__lt=row.pk, state__in=work.UNFINISHED, **same)
    if not earlier.exists():
        return False
    work.put_off(row, timezone.now() + SOON)
    return True


def next_one(row: Work, **same: object) -> None:
    """Wake the next unfinished row with the same values, now that this one is done."""
    now = timezone.now()
    later = type(row)._default_manager.filter(pk__gt=row.pk, state=WorkState.QUEUED, **same).order_by("pk")
    following = later.filter(attempts=0, due__lte=now + SOON).values_list("pk", flat=True).first()
    if following is not None:
        type(row)._default_manager.filter(pk=following).update(due=now)
        work.wake(type(row), following)


def later(row: Work, reason: Exception, wait: timedelta, *, since: datetime | None = None) -> None:
    """Put the row off; it was no failed attempt. Raises Refused once it was put off for longer than anybody should wait."""
    now = timezone.now()
    if now - (since or row.created_at) > PATIENCE:
        raise Refused(f"Given up after three days: {reason}") from reason
    work.put_off(row, now + wait)
