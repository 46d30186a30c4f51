"""Answers that are kept until something happens.

The key holds the newest event of the log and the edition of policies and calendars, so the first event after an answer outdates it;
and the minute, because promises become overdue and edits reach open tickets without one.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import TypeVar
from weakref import WeakValueDictionary

from django.core.cache import cache

from sla.models import Edition
from tickets.models import TicketEvent, User

T = TypeVar("T")
SECONDS = 60
_guard = Lock()
_turns: WeakValueDictionary[str, Lock] = WeakValueDictionary()  # whose answers are being worked out


def kept(reader: User, question: str, now: datetime, answer: Callable[[], T]) -> tuple[T, str]:
    """Return the answer to a question, and its ETag; people who see all tickets, in one time zone, share what is kept."""
    newest = TicketEvent.objects.order_by("-pk").values_list("pk", flat=True).first()
    edition = Edition.objects.values_list("token", flat=True).first()
    whose = f"all in {reader.time_zone}" if reader.sees_all_tickets else str(reader.pk)
    parts = (question, whose, reader.role, newest, edition, int(now.timestamp()) // SECONDS)
    digest = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
    return _kept(f"sla-answer:{digest}", answer), f'"{digest}"'


def _kept(key: str, answer: Callable[[], T]) -> T:
    """Return what is kept, or the answer; of several who ask in one process the first works it out, and the others wait for it."""
    found: T | None = cache.get(key)
    if found is not None:
        return found
    with _guard:
        turn = _turns.setdefault(key, Lock())
    with turn:
        found = cache.get(key)
        if found is None:
            found = answer()
            cache.set(key, found, SECONDS)
        return found
