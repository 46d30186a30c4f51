"""Answering one question of a conversation, from the model's first word to the record. On an event loop, never on a request's thread."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable
from decimal import Decimal
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.utils import timezone

from ai import lazy
from ai.aside import aside
from ai.choices import RunOutcome, TurnState
from ai.config import version_for
from ai.llm import budget
from ai.llm.books import close_run, open_run
from ai.llm.providers import Provider, chain
from ai.llm.question import SENTENCES
from ai.models import AIConfig, AIRun, Turn
from ai.seats import Seats
from ai.talking import keeping
from ai.talking.asked import Asked, asked
from ai.talking.local import answer_locally
from ai.talking.telling import tell
from ai.talking.voice import Voice, speaking

logger = logging.getLogger(__name__)
TELL_EVERY = 0.1  # seconds; several pieces go out together
KEEP_EVERY = 0.5  # seconds; so soon a stop is noticed too
AT_ONCE = Seats(24)
WRONG = "Something went wrong here. An admin finds it in the log."


async def answer(pk: int) -> None:
    """Answer a turn; whatever happens is in its row, and its owner hears of it."""
    async with ThreadSensitiveContext():  # a thread of its own for the database
        turn: Turn | None = await aside(keeping.read, pk)
        if turn is None:
            return
        voice = speaking[pk] = Voice(turn)
        try:
            state, reason = await _answered(voice)
        except Exception:  # one answer that fails must not stay open for ever
            logger.exception("a question could not be answered")
            state, reason = TurnState.BROKEN, WRONG
        finally:
            del speaking[pk]
        await aside(keeping.end, turn, state, voice.text, voice.steps, reason)
        await voice.tell()
        await tell(turn, "agent_answer_ended", state=state.value)


async def _answered(voice: Voice) -> tuple[TurnState, str]:
    question: Asked = await aside(asked, voice.turn)
    with AT_ONCE.one() as free:
        outcome = await _by_model(voice, question) if free else RunOutcome.BUSY
    if outcome == RunOutcome.DONE:
        return TurnState.DONE, ""
    if outcome == RunOutcome.STOPPED:
        return TurnState.STOPPED, ""
    reason = SENTENCES[outcome]
    if voice.text.strip():
        return TurnState.BROKEN, reason
    await _watched(voice, answer_locally(voice, voice.turn.user, voice.turn.question, question.ticket))
    return TurnState.LOCAL, reason


async def _by_model(voice: Voice, question: Asked) -> RunOutcome:
    """Let a model answer, if there is one, and record the run."""
    config, providers = await aside(_who_answers, question)
    if not providers:
        return RunOutcome.NO_MODEL
    streamed = await sync_to_async(lazy.module, thread_sensitive=False)(lazy.STREAMED)
    run, allowance = await aside(_opened, voice.turn, question, config, providers)
    told = streamed.told(allowance)
    began = time.monotonic()
    try:
        writing = streamed.stream(question.question, question.past, config, providers, run, told, voice)
        if not await _watched(voice, writing):
            told.outcome = RunOutcome.STOPPED
        elif told.outcome == RunOutcome.DONE and not voice.text.strip():
            told.outcome = RunOutcome.NONSENSE
    finally:
        await aside(_closed, run, told, time.monotonic() - began)
    return RunOutcome(told.outcome)


async def _watched(voice: Voice, writing: Awaitable[None]) -> bool:
    """Pass on and keep what is written while it is; False where it was stopped."""
    task = asyncio.ensure_future(writing)
    stopping = asyncio.ensure_future(voice.stopped.wait())
    kept = time.monotonic()
    going = True
    try:
        while going and not task.done():
            await asyncio.wait([task, stopping], timeout=TELL_EVERY, return_when=asyncio.FIRST_COMPLETED)
            await voice.tell()
            going = not stopping.done()
            if going and time.monotonic() - kept >= KEEP_EVERY:
                going, kept = await voice.keep(), time.monotonic()
    finally:
        stopping.cancel()
        stopped = task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    return going and not stopped


def _who_answers(question: Asked) -> tuple[AIConfig, list[Provider]]:
    config = version_for(question.question.agent, question.ticket)
    return config, chain(config.model)


def _opened(turn: Turn, question: Asked, config: AIConfig, providers: list[Provider]) -> tuple[AIRun, Decimal]:
    run, allowance = open_run(question.question, config, providers)
    keeping.set_run(turn, run)
    return run, allowance


def _closed(run: AIRun, told: Any, seconds: float) -> None:
    close_run(run, told, seconds)
    if run.cost:
        budget.tell_of_spending(timezone.now())
