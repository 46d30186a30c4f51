"""Asking a language model: the one way in. Whatever a provider does, this returns an answer and leaves a record."""

import time
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.utils import timezone

from ai import lazy
from ai.choices import RunOutcome
from ai.config import version_for
from ai.llm import budget
from ai.llm.providers import Provider, chain
from ai.llm.question import Answer, Question
from ai.models import AIConfig, AIRun

T = TypeVar("T")
LOST_AFTER = timedelta(minutes=10)  # far longer than any run may take


def ask(question: Question[T]) -> Answer[T]:
    """Ask, and record the run. Not inside a transaction: it waits for the network, for as long as the configuration allows."""
    config = question.config or version_for(question.agent, question.ticket)
    providers = chain(config.model)
    if not providers:
        return Answer(None, RunOutcome.NO_MODEL)
    run = _begin(question, config)
    allowance = Decimal(0) if all(provider.is_free for provider in providers) else budget.set_aside(run, run.started_at)
    if run._state.adding:
        run.save(force_insert=True)
    return _carry_out(question, config, providers, run, allowance)


def _begin(question: Question[Any], config: AIConfig) -> AIRun:
    return AIRun(
        agent=question.agent,
        config=config if config.pk else None,
        user=question.by,
        ticket=question.ticket,
        channel=question.via,
        started_at=timezone.now(),
    )


def _carry_out(
    question: Question[T], config: AIConfig, providers: list[Provider], run: AIRun, allowance: Decimal
) -> Answer[T]:
    began = time.monotonic()
    told = None
    try:
        told = lazy.module(lazy.CONVERSATION).converse(question, config, providers, allowance, run)
    finally:  # also when the process is told to stop
        _record(run, told, time.monotonic() - began)
    if run.cost:
        budget.tell_of_spending(timezone.now())
    return Answer(told.value, told.outcome, run)


def _record(run: AIRun, told: Any, seconds: float) -> None:
    run.finished_at = timezone.now()
    run.milliseconds = round(seconds * 1000)
    run.outcome = RunOutcome.LOST
    if told is not None:
        run.outcome, run.detail, run.hidden_values = told.outcome, told.detail[:300], told.hidden
        ledger = told.ledger
        run.provider, run.model, run.attempts = ledger.provider, ledger.model, ledger.attempts
        run.input_tokens, run.output_tokens, run.cost = ledger.input_tokens, ledger.output_tokens, ledger.cost
    run.save()


def close_lost_runs(now: datetime) -> int:
    """Mark runs whose process died; what they had set aside stays counted, since nobody knows what they cost."""
    left = AIRun.objects.filter(outcome=RunOutcome.RUNNING, started_at__lt=now - LOST_AFTER)
    return left.update(outcome=RunOutcome.LOST, finished_at=now)
