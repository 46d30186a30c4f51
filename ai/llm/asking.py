"""Asking a language model: the one way in. Whatever a provider does, this returns an answer and leaves a record."""

import time
from decimal import Decimal
from typing import TypeVar

from django.utils import timezone

from ai import lazy
from ai.aside import let_go
from ai.choices import RunOutcome
from ai.config import version_for
from ai.llm import budget
from ai.llm.books import close_run, open_run
from ai.llm.providers import Provider, chain
from ai.llm.question import Answer, Question
from ai.models import AIConfig, AIRun
from ai.seats import Seats

T = TypeVar("T")
WAITING_AT_MOST = 8  # threads of a process that wait for a model; most of a web process's must be left for its pages
waiting = Seats(WAITING_AT_MOST)


def ask(question: Question[T]) -> Answer[T]:
    """Ask, and record the run. Not inside a transaction: it waits for the network, for as long as the configuration allows.

    Where too many wait already it says so at once, and local means do the work.
    """
    config = question.config or version_for(question.agent, question.ticket)
    providers = chain(config.model)
    if not providers:
        return Answer(None, RunOutcome.NO_MODEL)
    with waiting.one() as free:
        if not free:
            return Answer(None, RunOutcome.BUSY)
        run, allowance = open_run(question, config, providers)
        return _carry_out(question, config, providers, run, allowance)


def _carry_out(
    question: Question[T], config: AIConfig, providers: list[Provider], run: AIRun, allowance: Decimal
) -> Answer[T]:
    began = time.monotonic()
    told = None
    let_go()
    try:
        told = lazy.module(lazy.CONVERSATION).converse(question, config, providers, allowance, run)
    finally:  # also when the process is told to stop
        close_run(run, told, time.monotonic() - began)
    if run.cost:
        budget.tell_of_spending(timezone.now())
    return Answer(told.value, told.outcome, run)
