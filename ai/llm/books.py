"""The record of runs: opened before anything is asked, with what it may cost set aside, and closed whatever happens."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from ai.choices import RunOutcome
from ai.llm import budget
from ai.llm.providers import Provider
from ai.llm.question import Question
from ai.models import AIConfig, AIRun

LOST_AFTER = timedelta(minutes=10)  # far longer than any run may take


def open_run(question: Question[Any], config: AIConfig, providers: list[Provider]) -> tuple[AIRun, Decimal]:
    """Return a new run and what it may cost in USD, which is nothing where all providers are free or the budget is used up."""
    run = AIRun(
        agent=question.agent,
        config=config if config.pk else None,
        user=question.by,
        ticket=question.ticket,
        channel=question.via,
        started_at=timezone.now(),
    )
    allowance = Decimal(0) if all(provider.is_free for provider in providers) else budget.set_aside(run, run.started_at)
    if run._state.adding:
        run.save(force_insert=True)
    return run, allowance


def close_run(run: AIRun, told: Any, seconds: float) -> None:
    """Record what came of a run, as `ai.llm.conversation.Told` has it; None where its process is told to stop."""
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
