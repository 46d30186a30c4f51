"""Durable work: claim, finish, fail and sweep for every row that derives from `models.Work`.

The row is the work, a broker message only wakes a worker up. A worker claims a row by a conditional update that also counts the
attempt, so a task that kills its worker is counted; the lease, renewed while the worker lives, frees the row when it does not.
"""

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

import structlog
from celery import current_app
from django.apps import apps
from django.db import DatabaseError, transaction
from django.db.models import DurationField, ExpressionWrapper, F, Q, Value
from django.utils import timezone

from tickets.bulk import store
from tickets.choices import WorkState
from tickets.leases import keeper
from tickets.models import Work
from tickets.publisher import publisher

logger = logging.getLogger(__name__)
W = TypeVar("W", bound=Work)
Handler = Callable[[Any], None]
HANDLERS: dict[type[Work], Handler] = {}
SETTLED: dict[type[Work], Handler] = {}

UNFINISHED = (WorkState.QUEUED, WorkState.RUNNING)
WAKE_AGAIN_AFTER = timedelta(seconds=10)  # then 20, 40, …: while a long backlog waits, the broker must not fill up
WAKE_AGAIN_AT_LEAST = timedelta(minutes=10)
SWEEP_AT_MOST = 500
FIRST_RETRY = 2.0  # seconds
LONGEST_RETRY = 3600.0  # seconds


class PermanentError(Exception):
    """Raised by a handler when trying again cannot help."""


def handles(model: type[W]) -> Callable[[Callable[[W], None]], Callable[[W], None]]:
    """Register the function that carries out rows of `model`. It must be safe to run twice."""

    def register(handler: Callable[[W], None]) -> Callable[[W], None]:
        HANDLERS[model] = handler
        return handler

    return register


def settled(model: type[W]) -> Callable[[Callable[[W], None]], Callable[[W], None]]:
    """Register the function that is told when a row of `model` is done or quarantined for good. It must not raise, nor wait."""

    def register(listener: Callable[[W], None]) -> Callable[[W], None]:
        SETTLED[model] = listener
        return listener

    return register


def enqueue(row: W) -> W:
    """Save a new row of work and wake a worker once the surrounding transaction has committed."""
    row.save()
    if row.due <= timezone.now():
        transaction.on_commit(lambda: wake(type(row), row.pk))
    return row


def enqueue_all(rows: Sequence[W], now: datetime) -> None:
    """Save new rows of one kind that come together; workers are woken for those that are due by then. Needs a surrounding transaction."""
    if not rows:
        return
    for row in rows:
        row.created_at = row.woken_at = now
    store(type(rows[0]), rows)
    due = [row.pk for row in rows if row.due <= now]
    if due:
        transaction.on_commit(partial(_wake_all, type(rows[0]), due))


def _wake_all(model: type[Work], rows: Sequence[int]) -> None:
    for pk in rows:
        wake(model, pk)


def wake(model: type[Work], pk: int) -> None:
    """Tell the workers about a row, and which request asked for it. May be lost; never blocks or fails."""
    publisher.say(_send, (model._meta.label, pk, structlog.contextvars.get_contextvars().get("request_id", "")))


def _send(rows: list[tuple[str, int, str]]) -> None:
    for label, pk, request_id in rows:
        headers = {"request_id": request_id}
        current_app.send_task(
            "tickets.run_work",
            args=(label, pk),
            queue=apps.get_model(label).queue,
            headers=headers,
            retry=False,
            ignore_result=True,
        )


def _open(now: datetime) -> Q:
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return Q(state__in=UNFINISHED, due__lte=now) & free


def claim(model: type[W], pk: int, now: datetime) -> W | None:
    """Take the row for this worker, counting the attempt; None when it is done, taken, not due, or out of attempts."""
    lease = uuid4().hex
    rows = model._default_manager.filter(_open(now), pk=pk, attempts__lt=model.max_attempts)
    taken = rows.update(
        state=WorkState.RUNNING,
        attempts=F("attempts") + 1,
        lease=lease,
        leased_until=now + timedelta(seconds=model.lease_seconds),
    )
    return model._default_manager.filter(pk=pk, lease=lease).first() if taken else None


def finish(row: Work, now: datetime) -> bool:
    """Mark the row done; False when the lease was lost to another worker in the meantime."""
    return _release(row, state=WorkState.DONE, finished_at=now, last_error="")


def fail(row: Work, error: Exception, now: datetime, *, permanent: bool = False) -> bool:
    """Put the row back with a growing delay, or into quarantine after the last attempt; the error is kept with it."""
    reason = f"{type(error).__name__}: {storable(error)}"[:2000]
    if permanent or row.attempts >= row.max_attempts:
        return _release(row, state=WorkState.QUARANTINED, finished_at=now, last_error=reason)
    return _release(row, state=WorkState.QUEUED, due=now + backoff(row.attempts), last_error=reason)


def put_off(row: Work, until: datetime) -> None:
    """Give the row back until its time has come, as if it had not been tried this time. For the row's own handler."""
    _release(row, state=WorkState.QUEUED, due=until, attempts=max(row.attempts - 1, 0))


def storable(error: Exception) -> str:
    """Return an error's text without what a database refuses; an error is often made of what came from outside."""
    return str(error).replace("\x00", "").encode("utf-8", "replace").decode()


def backoff(attempts: int) -> timedelta:
    """Return the pause after the given number of attempts: doubling, with jitter so that a crowd does not return together."""
    seconds = min(FIRST_RETRY * 2.0 ** min(attempts - 1, 30), LONGEST_RETRY)
    return timedelta(seconds=seconds * random.uniform(0.5, 1.0))  # noqa: S311


def _release(row: Work, **columns: Any) -> bool:
    rows = type(row)._default_manager.filter(pk=row.pk, lease=row.lease, state=WorkState.RUNNING)
    released = rows.update(lease="", leased_until=None, **columns)
    for name, value in columns.items():
        setattr(row, name, value)
    if released and columns["state"] in (WorkState.DONE, WorkState.QUARANTINED):
        _tell(row)
    return bool(released)


def _tell(row: Work) -> None:
    if type(row) in SETTLED:
        SETTLED[type(row)](row)


def run(model: type[Work], pk: int) -> None:
    """Claim the row and carry it out. Whatever the handler raises ends in the row, not in the worker."""
    if model not in HANDLERS:  # a worker of an older version; it must not use up the attempts
        logger.error("no handler for this kind of work", extra={"work": model._meta.label})
        return
    row = claim(model, pk, timezone.now())
    if row is None:
        return
    try:
        with keeper.holding(row):
            HANDLERS[model](row)
    except Exception as error:  # noqa: BLE001 - a worker must survive one bad row
        logger.warning(
            "work failed",
            extra={"work": model._meta.label, "pk": pk, "attempt": row.attempts, "error": type(error).__name__},
        )
        fail(row, error, timezone.now(), permanent=isinstance(error, PermanentError))
    else:
        finish(row, timezone.now())


def set_aside(row: Work, reason: str, now: datetime) -> None:
    """Take an unfinished row out of the workers' hands, whoever has it; it waits in quarantine for `run_again`."""
    aside = {"state": WorkState.QUARANTINED, "finished_at": now, "last_error": reason[:2000]}
    unfinished = type(row)._default_manager.filter(pk=row.pk, state__in=UNFINISHED)
    if unfinished.update(lease="", leased_until=None, **aside):
        for name, value in aside.items():
            setattr(row, name, value)
        _tell(row)


def run_again(row: Work) -> None:
    """Give a row that is done or quarantined a fresh set of attempts."""
    now = timezone.now()
    type(row)._default_manager.filter(pk=row.pk, state__in=(WorkState.QUARANTINED, WorkState.DONE)).update(
        state=WorkState.QUEUED, attempts=0, due=now, woken_at=now, finished_at=None
    )
    transaction.on_commit(lambda: wake(type(row), row.pk))


def kinds() -> Iterator[type[Work]]:
    """Yield every concrete kind of work in the project."""
    return (model for model in apps.get_models() if issubclass(model, Work))


def sweep(now: datetime) -> int:
    """Wake workers for what was left behind, quarantine what ran out of attempts; returns how many rows were woken."""
    woken = 0
    for model in kinds():
        try:
            _bury(model, now)
            woken += _wake_left(model, now)
        except DatabaseError:  # the other kinds of work must not wait for this one
            logger.exception("sweeping failed", extra={"work": model._meta.label})
    return woken


def _bury(model: type[Work], now: datetime) -> None:
    """Quarantine rows whose worker died on the last attempt."""
    for row in model._default_manager.filter(_open(now), attempts__gte=model.max_attempts)[:SWEEP_AT_MOST]:
        grave = {"state": WorkState.QUARANTINED, "finished_at": now, "last_error": "The worker died on every attempt."}
        buried = model._default_manager.filter(_open(now), pk=row.pk, attempts=row.attempts)
        if buried.update(lease="", leased_until=None, **grave):
            _tell(model._default_manager.get(pk=row.pk))


def _wake_left(model: type[Work], now: datetime) -> int:
    """Wake workers for rows that nobody has heard of, or not for long enough; of two schedulers, one does."""
    waited = ExpressionWrapper(Value(now) - F("woken_at"), DurationField())
    heard = ExpressionWrapper(F("woken_at") - F("due"), DurationField())
    again = Q(woken_at__lt=now - WAKE_AGAIN_AFTER) & (Q(waited__gte=F("heard")) | Q(waited__gte=WAKE_AGAIN_AT_LEAST))
    unheard = Q(woken_at__lt=F("due")) | Q(woken_at__lt=F("leased_until"))
    left = model._default_manager.filter(_open(now)).annotate(waited=waited, heard=heard).filter(again | unheard)
    woken = 0
    for pk, woken_at in list(left.order_by("due").values_list("pk", "woken_at")[:SWEEP_AT_MOST]):
        if model._default_manager.filter(pk=pk, woken_at=woken_at).update(woken_at=now):
            wake(model, pk)
            woken += 1
    return woken


def run_due(now: datetime | None = None) -> int:
    """Carry out everything that is due in this very process; returns how many rows were tried."""
    tried = 0
    for model in kinds():
        for pk in (
            model._default_manager.filter(_open(now or timezone.now())).order_by("due").values_list("pk", flat=True)
        ):
            run(model, pk)
            tried += 1
    return tried
