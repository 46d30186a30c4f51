"""One provider's model with everything around it that keeps a bad one from doing harm. Heavy: fetched through `ai/lazy.py` only."""

import asyncio
from typing import Any

from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelHTTPError,
    ModelRequestTimeout,
    ModelTimeoutError,
)
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings

from ai.choices import ProviderKind, RunOutcome
from ai.llm.ledger import Ledger
from ai.llm.masked import hidden, restored
from ai.llm.places import place
from ai.llm.prices import CHARACTERS_A_TOKEN
from ai.llm.providers import Provider
from tickets.breaker import Breaker
from tickets.masking import Mask

TRIES = 2
LONGEST_WAIT = 3.0  # seconds; who asks for more is left alone that long, and the next provider is asked
FIRST_WAIT = 0.4  # seconds, where the provider says nothing
TRANSIENT = (408, 409, 425, 429)


class Passed(ModelAPIError):
    """This provider was not asked, or gave nothing; the next one is."""

    def __init__(self, provider: Provider, outcome: RunOutcome) -> None:
        super().__init__(provider.model, f"{provider.name}: {outcome.label}")
        self.outcome = outcome


class GuardedModel(WrapperModel):
    """Asks one provider, if it is well, has a place free and is affordable; retries what is worth it; keeps the books."""

    def __init__(self, model: Model, provider: Provider, ledger: Ledger, mask: Mask) -> None:
        super().__init__(model)
        self.provider_row = provider
        self.ledger = ledger
        self.mask = mask
        self.breaker = Breaker(f"ai:{provider.name}")

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        provider = self.provider_row
        if not self._affordable(messages, model_settings, model_request_parameters):
            raise self._passed(RunOutcome.BUDGET)
        if not self.breaker.allows():
            raise self._passed(RunOutcome.UNAVAILABLE)
        outgoing = hidden(messages, self.mask) if provider.masks else messages
        with place(provider.name, provider.concurrency, provider.timeout * TRIES + LONGEST_WAIT) as free:
            if not free:
                raise self._passed(RunOutcome.BUSY)
            response = await self._tried(outgoing, self._spoken(model_settings), model_request_parameters)
        return restored(response, self.mask) if provider.masks else response

    def _affordable(
        self, messages: list[ModelMessage], settings: ModelSettings | None, parameters: ModelRequestParameters
    ) -> bool:
        sent = len(str(messages)) + len(str(parameters))
        most = (settings or {}).get("max_tokens") or 1000
        return self.ledger.can_afford(self.provider_row, sent // CHARACTERS_A_TOKEN, most)

    def _spoken(self, settings: ModelSettings | None) -> ModelSettings | None:
        """Anthropic's API has no temperature any more."""
        if settings is None or self.provider_row.kind != ProviderKind.ANTHROPIC:
            return settings
        kept = settings.copy()
        kept.pop("temperature", None)
        return kept

    def _passed(self, outcome: RunOutcome) -> Passed:
        with self.ledger.attempt(self.provider_row) as entry:
            entry["outcome"] = outcome.value
        return Passed(self.provider_row, outcome)

    async def _tried(self, *asked: Any) -> ModelResponse:
        """Ask until it answers, up to TRIES times. Raises ModelAPIError."""
        for left in reversed(range(TRIES)):
            try:
                return await self._once(*asked)
            except ModelAPIError as error:
                wait = pause(error)
                self._note(error, wait)
                if not left or wait is None or wait > LONGEST_WAIT:
                    raise
                await asyncio.sleep(wait)
        raise AssertionError("unreachable")

    async def _once(self, *asked: Any) -> ModelResponse:
        with self.ledger.attempt(self.provider_row) as entry:
            try:
                async with asyncio.timeout(self.provider_row.timeout):
                    response: ModelResponse = await self.wrapped.request(*asked)
            except TimeoutError:
                entry["outcome"] = RunOutcome.TIMEOUT.value
                raise ModelTimeoutError(self.provider_row.model, "took too long") from None
            except ModelAPIError as error:
                entry["outcome"] = outcome_of(error).value
                raise
            usage = response.usage
            self.ledger.spend(self.provider_row, usage.input_tokens, usage.output_tokens)
            self.breaker.succeeded()
            if response.finish_reason == "content_filter":
                entry["outcome"] = RunOutcome.REFUSED.value
                raise Passed(self.provider_row, RunOutcome.REFUSED)
            entry["outcome"] = RunOutcome.DONE.value
            return response

    def _note(self, error: ModelAPIError, wait: float | None) -> None:
        """Tell the breaker what is the provider's fault; a request it rejects says nothing about the next one."""
        if wait is not None and wait > LONGEST_WAIT:
            self.breaker.failed(wait=wait)
        elif (
            wait is not None or outcome_of(error) != RunOutcome.REJECTED or isinstance(error, ModelAuthenticationError)
        ):
            self.breaker.failed()


def pause(error: ModelAPIError) -> float | None:
    """Return how long to wait before asking again, None where that would not help."""
    if isinstance(error, Passed | ModelTimeoutError | ModelRequestTimeout):
        return None
    if isinstance(error, ModelHTTPError) and (error.status_code in TRANSIENT or error.status_code >= 500):
        return FIRST_WAIT if error.retry_after is None else max(0.0, error.retry_after)
    return FIRST_WAIT if isinstance(error, ModelConnectionError) else None


def outcome_of(error: Exception) -> RunOutcome:
    if isinstance(error, Passed):
        return error.outcome
    if isinstance(error, ModelTimeoutError | ModelRequestTimeout):
        return RunOutcome.TIMEOUT
    if isinstance(error, ModelHTTPError) and error.status_code < 500 and error.status_code not in TRANSIENT:
        return RunOutcome.REJECTED
    return RunOutcome.UNAVAILABLE
