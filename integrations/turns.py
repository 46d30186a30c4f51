"""Whose turn it is: work about one thing is carried out in the order in which it was asked for."""

from datetime import datetime, timedelta

from django.utils import timezone

from integrations.errors import Refused
from tickets import work
from tickets.choices import WorkState
from tickets.models import Work

SOON = timedelta(seconds=1)
LINE = 60  # how many ahead are counted
PATIENCE = timedelta(days=3)  # for a system that keeps asking to be left alone


def waits_for_earlier(row: Work, **same: object) -> bool:
    """Put the row off while earlier ones with the same values are unfinished; return whether that is so.

    Who is far behind looks rarely: `next_one` wakes the first in the line, so this is for what was lost.
    """
    earlier = type(row)._default_manager.filter(pk__lt=row.pk, state__in=work.UNFINISHED, **same).order_by("pk")
    ahead = list(earlier.values_list("due", flat=True)[:LINE])
    if not ahead:
        return False
    work.put_off(row, max(ahead[0], timezone.now()) + SOON * len(ahead))
    return True


def next_one(row: Work, **same: object) -> None:
    """Wake the next unfinished row with the same values, now that this one is done."""
    now = timezone.now()
    later = type(row)._default_manager.filter(pk__gt=row.pk, state=WorkState.QUEUED, **same).order_by("pk")
    following = later.filter(attempts=0).values_list("pk", flat=True).first()
    if following is not None:
        type(row)._default_manager.filter(pk=following).update(due=now)
        work.wake(type(row), following)


def later(row: Work, reason: Exception, wait: timedelta, *, since: datetime | None = None) -> None:
    """Put the row off; it was no failed attempt. Raises Refused once it was put off for longer than anybody should wait."""
    now = timezone.now()
    if now - (since or row.created_at) > PATIENCE:
        raise Refused(f"Given up after three days: {reason}") from reason
    work.put_off(row, now + wait)
