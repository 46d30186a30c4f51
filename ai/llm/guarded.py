"""One provider's model with everything around it that keeps a bad one from doing harm. Heavy: fetched through `ai/lazy.py` only."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any

from pydantic_ai import RunContext
from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelHTTPError,
    ModelRequestTimeout,
    ModelTimeoutError,
)
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings

from ai.choices import ProviderKind, RunOutcome
from ai.llm.ledger import Ledger
from ai.llm.masked import hidden, restored
from ai.llm.places import place
from ai.llm.prices import CHARACTERS_A_TOKEN
from ai.llm.providers import Provider
from ai.llm.stream import GuardedStream
from tickets.breaker import Breaker
from tickets.masking import Mask

TRIES = 2
LONGEST_WAIT = 3.0  # seconds; who asks for more is left alone that long, and the next provider is asked
FIRST_WAIT = 0.4  # seconds, where the provider says nothing
TRANSIENT = (408, 409, 425, 429)
LONGEST_STREAM = 300.0  # seconds an answer may take that comes in pieces


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
        with self._let_in(messages, model_settings, model_request_parameters, provider.timeout * TRIES + LONGEST_WAIT):
            outgoing = hidden(messages, self.mask) if provider.masks else messages
            response = await self._tried(outgoing, self._spoken(model_settings), model_request_parameters)
        return restored(response, self.mask) if provider.masks else response

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,
    ) -> AsyncGenerator[StreamedResponse]:
        """The same, in pieces. The provider's time-out is for the silence between two of them; what came is paid, whatever ends it."""
        provider = self.provider_row
        with self._let_in(messages, model_settings, model_request_parameters, LONGEST_STREAM):
            outgoing = hidden(messages, self.mask) if provider.masks else messages
            sent = _tokens(messages, model_request_parameters)
            async with AsyncExitStack() as stack:
                asked = (outgoing, self._spoken(model_settings), model_request_parameters, run_context)
                entry, inner = await self._opened(stack, *asked)
                mask = self.mask if provider.masks else None
                stream = GuardedStream(inner, model_request_parameters, provider.timeout, mask)
                try:
                    with self._noting(entry):
                        yield stream
                        if stream.finish_reason == "content_filter":
                            raise Passed(provider, RunOutcome.REFUSED)
                        entry["outcome"] = RunOutcome.DONE.value
                        self.breaker.succeeded()
                except ModelAPIError as error:
                    self._note(error, pause(error))
                    raise
                finally:
                    self.ledger.spend(provider, *stream.tokens(sent))

    async def _opened(self, stack: AsyncExitStack, *asked: Any) -> tuple[dict[str, Any], StreamedResponse]:
        """Open a stream, in up to TRIES times; it is closed with `stack`. Raises ModelAPIError."""
        for left in reversed(range(TRIES)):
            try:
                async with AsyncExitStack() as opening:
                    entry = opening.enter_context(self.ledger.attempt(self.provider_row))
                    with self._noting(entry):
                        async with asyncio.timeout(self.provider_row.timeout):
                            inner = await opening.enter_async_context(self.wrapped.request_stream(*asked))
                    stack.push_async_exit(opening.pop_all())
                    return entry, inner
            except ModelAPIError as error:
                await self._rest(error, left)
        raise AssertionError("unreachable")

    @contextmanager
    def _let_in(
        self,
        messages: list[ModelMessage],
        settings: ModelSettings | None,
        parameters: ModelRequestParameters,
        seconds: float,
    ) -> Iterator[None]:
        """Hold a place for a request that may be made now, and that nobody needs longer than `seconds`. Raises Passed."""
        provider = self.provider_row
        most = (settings or {}).get("max_tokens") or 1000
        if not self.ledger.can_afford(provider, _tokens(messages, parameters), most):
            raise self._passed(RunOutcome.BUDGET)
        if not self.breaker.allows():
            raise self._passed(RunOutcome.UNAVAILABLE)
        with place(provider.name, provider.concurrency, seconds) as free:
            if not free:
                raise self._passed(RunOutcome.BUSY)
            yield

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
                await self._rest(error, left)
        raise AssertionError("unreachable")

    async def _rest(self, error: ModelAPIError, left: int) -> None:
        """Wait before the next try; raise the error again where there is none left, or it would not help."""
        wait = pause(error)
        self._note(error, wait)
        if not left or wait is None or wait > LONGEST_WAIT:
            raise error
        await asyncio.sleep(wait)

    @contextmanager
    def _noting(self, entry: dict[str, Any]) -> Iterator[None]:
        """Note in the entry how what runs in the block failed; a time-out becomes the provider's."""
        try:
            yield
        except TimeoutError:
            entry["outcome"] = RunOutcome.TIMEOUT.value
            raise ModelTimeoutError(self.provider_row.model, "took too long") from None
        except ModelAPIError as error:
            entry["outcome"] = outcome_of(error).value
            raise

    async def _once(self, *asked: Any) -> ModelResponse:
        with self.ledger.attempt(self.provider_row) as entry:
            with self._noting(entry):
                async with asyncio.timeout(self.provider_row.timeout):
                    response: ModelResponse = await self.wrapped.request(*asked)
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


def _tokens(messages: list[ModelMessage], parameters: ModelRequestParameters) -> int:
    """Return how many tokens are about to be sent, rather too many than too few."""
    return (len(str(messages)) + len(str(parameters))) // CHARACTERS_A_TOKEN


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
