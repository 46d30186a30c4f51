"""Telling addresses what happened: a row for each event and address, sent until it is taken, for three days."""

import time
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from integrations.errors import Busy, Gone, Refused, RemoteError, Unreachable
from integrations.hooks.bodies import PING, body_of
from integrations.hooks.hearing import forget_hooks, hooks_hearing
from integrations.http import Http
from integrations.limiter import Rate
from integrations.models import Hook, HookCall
from integrations.signing import standard_headers
from integrations.translation import cleaned
from integrations.turns import later
from tickets import work
from tickets.models import TicketEvent

RATE = Rate(calls=1_200, seconds=60)
GONE = 410
ANSWER_KEPT = 500  # characters


def ask_for_calls(events: Sequence[TicketEvent]) -> None:
    """Write down the calls that events bring, in their transaction."""
    now, hearing = timezone.now(), hooks_hearing(events)
    work.enqueue_all([HookCall(hook_id=hook, event=event, kind=event.kind, due=now) for hook, event in hearing], now)


@work.handles(HookCall)
def carry_out(row: HookCall) -> None:
    """Send one call. Raises RemoteError: every answer but 2xx is worth another try, except that the address is gone for good."""
    hook = row.hook
    if not hook.is_enabled and row.kind != PING:
        raise work.PermanentError("The webhook is switched off.")
    if not hook.secret:
        raise work.PermanentError("Its secret is lost with the key that it was encrypted with: renew it.")
    if not row.body:
        row.body = body_of(row, hook.owner) or ""
        row.answer = "" if row.body else f"Not sent: {hook.owner} may not see it."
        row.save(update_fields=["body", "answer"])
    if not row.body:
        return
    try:
        _send(row, hook)
    except Busy as busy:
        later(row, busy, timedelta(seconds=busy.wait), since=row.asked_at)


def _send(row: HookCall, hook: Hook) -> None:
    body, now = row.body.encode(), timezone.now()
    headers = {"Content-Type": "application/json", **standard_headers(hook.secret, row.message_id, now, body)}
    began = time.monotonic()
    try:
        http = Http(
            name=f"hook:{hook.pk}", base_url=hook.url, headers=headers, rate=RATE, said=lambda answer: answer.text
        )
        try:
            answer = http.send("POST", hook.url, content=body)
        finally:
            http.close()
    except Busy:
        raise
    except RemoteError as error:
        _note(row, getattr(error, "status", 0), str(error), began)
        _note_trouble(hook, error)
        if isinstance(error, Refused) and error.status not in (0, GONE):
            raise Unreachable(str(error)) from error
        raise
    _note(row, answer.status_code, answer.text, began)
    if hook.failing_since:
        Hook.objects.filter(pk=hook.pk).update(failing_since=None, alerted_at=None, trouble="")


def _note(row: HookCall, status: int, answer: str, began: float) -> None:
    """Write down what the last try got."""
    row.status, row.answer = status or None, cleaned(answer)[:ANSWER_KEPT]
    row.milliseconds = round((time.monotonic() - began) * 1000)
    row.save(update_fields=["status", "answer", "milliseconds"])


def _note_trouble(hook: Hook, error: RemoteError) -> None:
    """Write down since when it fails, and why; an address that says it is gone for good is switched off."""
    same = Hook.objects.filter(pk=hook.pk)
    same.update(trouble=work.storable(error)[:ANSWER_KEPT])
    same.filter(failing_since=None).update(failing_since=timezone.now())
    if isinstance(error, Gone) and error.status == GONE:
        same.update(is_enabled=False)
        forget_hooks()
