"""The conversation with a language model itself, on an event loop of its own. Heavy: fetched through `ai/lazy.py` only."""

import asyncio
import logging
from collections.abc import Sequence
from contextvars import copy_context
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx2
from asgiref.sync import AsyncToSync
from pydantic_ai import Agent, ModelRetry, UsageLimits
from pydantic_ai.exceptions import (
    AgentRunError,
    ContentFilterError,
    FallbackExceptionGroup,
    ModelAPIError,
    UnexpectedModelBehavior,
    UsageLimitExceeded,
)
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.models.fallback import FallbackModel
from pydantic_ai.settings import ModelSettings
from pydantic_ai.toolsets import AbstractToolset

from ai import lazy
from ai.choices import RunOutcome
from ai.llm import built
from ai.llm.guarded import GuardedModel, outcome_of
from ai.llm.ledger import Ledger
from ai.llm.providers import Provider
from ai.llm.question import Question
from ai.llm.remembered import RememberingModel
from ai.llm.untrusted import RULE
from ai.models import AIConfig, AIRun
from ai.tools.registry import Caller
from tickets.masking import Mask
from tickets.models import User

logger = logging.getLogger(__name__)
LIMITS = UsageLimits(request_limit=6, tool_calls_limit=8)
TELLING = (  # which of several outcomes says most
    RunOutcome.REFUSED,
    RunOutcome.REJECTED,
    RunOutcome.TIMEOUT,
    RunOutcome.BUSY,
    RunOutcome.BUDGET,
    RunOutcome.UNAVAILABLE,
)


@dataclass
class Told:
    """What came of it. `detail` names kinds of errors and holds nothing that was said."""

    ledger: Ledger
    hidden: int = 0
    value: Any = None
    outcome: RunOutcome = RunOutcome.LOST
    detail: str = ""


def converse(
    question: Question[Any], config: AIConfig, providers: Sequence[Provider], allowance: Decimal, run: AIRun
) -> Told:
    """Ask until there is a valid answer or a reason why there is none; never raises for what a provider does.

    Tools run on the calling thread, with its database connection; everything else on a loop that lives as long as this call.
    """
    prepare(config, providers)
    ledger, mask = Ledger(allowance), Mask(question.names)
    told = Told(ledger)
    talk = _Talk(question, config, providers, ledger, mask, run)
    try:
        told.value = copy_context().run(AsyncToSync(talk.held, force_new_loop=True))
        told.outcome = RunOutcome.DONE if talk.asked_anew else RunOutcome.REMEMBERED
    except Exception as error:  # noqa: BLE001 - vendors' clients raise what they like at what they cannot read
        told.outcome, told.detail = verdict(error), type(error).__name__
        logger.warning("language model gave nothing", extra={"agent": config.agent, "outcome": told.outcome.value})
    told.hidden = mask.hidden
    return told


@dataclass
class _Talk:
    question: Question[Any]
    config: AIConfig
    providers: Sequence[Provider]
    ledger: Ledger
    mask: Mask
    run: AIRun
    asked_anew: int = 0

    async def held(self) -> Any:
        async with asyncio.timeout(self.config.timeout), built.clients(float(self.config.timeout)) as client:
            model = RememberingModel(
                chained(self.providers, client, self.ledger, self.mask), f"{self.config.pk}{self.providers}"
            )
            if not self.question.remember:
                model.salt += f"{self.run.pk}"
            value = await self._answered(model)
            self.asked_anew = model.asked_anew
            if self.question.remember:
                model.keep()
            return value

    async def _answered(self, model: RememberingModel) -> Any:
        agent = Agent(
            model,
            output_type=self._output(),
            instructions=f"{self.config.system_prompt}\n\n{RULE}",
            toolsets=tools_given(self.question.by, self.run, self.config),
            retries=1,
        )

        @agent.output_validator
        def makes_sense(value: Any) -> Any:
            if wrong := self.question.check(value):
                raise ModelRetry(wrong)
            return value

        result = await agent.run(self.question.text, model_settings=settings_of(self.config), usage_limits=LIMITS)
        return result.output

    def _output(self) -> Any:
        wanted = self.question.output
        return getattr(lazy.module(lazy.OUTPUTS), wanted) if isinstance(wanted, str) else wanted


def prepare(config: AIConfig, providers: Sequence[Provider]) -> None:
    """Load what the run needs, which may take seconds the first time."""
    built.load(providers)
    if config.tools_enabled:
        lazy.module(lazy.SERVER).own_server()


def chained(providers: Sequence[Provider], client: httpx2.AsyncClient, ledger: Ledger, mask: Mask) -> FallbackModel:
    """Return the providers as one model, which asks the next one where one fails."""
    links = [GuardedModel(built.model_of(provider, client), provider, ledger, mask) for provider in providers]
    return FallbackModel(*links, fallback_on=(ModelAPIError,))


def settings_of(config: AIConfig) -> ModelSettings:
    return ModelSettings(temperature=config.temperature, max_tokens=config.max_tokens)


def tools_given(by: User, run: AIRun, config: AIConfig) -> list[AbstractToolset[Any]]:
    """Return the MCP server's tools that the configuration gives, used as the person who asks, with writes held for approval."""
    given = frozenset(config.tools_enabled)
    if not given:
        return []
    module = lazy.module(lazy.SERVER)
    module.ACTING.set(Caller(by, run, given))
    tools = MCPToolset(module.own_server(), tool_error_behavior="failed")
    return [tools.filtered(lambda _, tool: tool.name in given)]


def verdict(error: BaseException) -> RunOutcome:
    """Return what an error means for the run."""
    if isinstance(error, FallbackExceptionGroup):
        seen = {verdict(inner) for inner in error.exceptions}
        return next((outcome for outcome in TELLING if outcome in seen), RunOutcome.UNAVAILABLE)
    if isinstance(error, TimeoutError):
        return RunOutcome.TIMEOUT
    if isinstance(error, ModelAPIError):
        return outcome_of(error)
    if isinstance(error, UsageLimitExceeded):
        return RunOutcome.TOO_LONG
    if isinstance(error, ContentFilterError):
        return RunOutcome.REFUSED
    return RunOutcome.NONSENSE if isinstance(error, UnexpectedModelBehavior | AgentRunError) else RunOutcome.UNAVAILABLE
