"""An answer as it comes in pieces, with what was hidden put back. Heavy: fetched through `ai/lazy.py` only."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime

import httpx2
from pydantic_ai.exceptions import ModelConnectionError
from pydantic_ai.messages import (
    ModelResponseStreamEvent,
    PartDeltaEvent,
    PartEndEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ThinkingPart,
)
from pydantic_ai.models import ModelRequestParameters, StreamedResponse
from pydantic_ai.usage import RequestUsage

from ai.llm.masked import restored_part
from ai.llm.prices import CHARACTERS_A_TOKEN
from tickets.masking import Mask, Restorer


class GuardedStream(StreamedResponse):
    """Passes text on as it comes, all else once it is complete; gives up after `patience` seconds of silence.

    `mask` is what was hidden from the provider, None where nothing was.
    """

    def __init__(
        self, inner: StreamedResponse, parameters: ModelRequestParameters, patience: float, mask: Mask | None
    ) -> None:
        super().__init__(parameters)
        self.inner = inner
        self.patience = patience
        self.mask = mask or Mask()
        self.characters = 0
        self.is_whole = False
        self._texts: dict[int, Restorer] = {}

    def tokens(self, sent: int) -> tuple[int, int]:
        """Return the tokens asked and answered: as the provider counts them, or by what was `sent` and came where it broke off."""
        usage = self.inner.usage
        if self.is_whole and usage.output_tokens:
            return usage.input_tokens, usage.output_tokens
        return max(usage.input_tokens, sent), max(usage.output_tokens, self.characters // CHARACTERS_A_TOKEN)

    async def _get_event_iterator(self) -> AsyncIterator[ModelResponseStreamEvent]:
        events = aiter(self.inner)
        while (event := await self._next(events)) is not None:
            for passed in self._passed_on(event):
                yield passed
        for index in self._texts:
            for passed in self._text(index, self._texts[index].rest()):
                yield passed
        for part in self.inner.get().parts:
            if not isinstance(part, TextPart | ThinkingPart):
                self.characters += len(str(part))
                yield self._parts_manager.handle_part(vendor_part_id=None, part=restored_part(part, self.mask))
        self.is_whole = True
        self.finish_reason = self.inner.finish_reason
        self.provider_response_id = self.inner.provider_response_id
        self.state = self.inner.state

    async def _next(self, events: AsyncIterator[ModelResponseStreamEvent]) -> ModelResponseStreamEvent | None:
        try:
            async with asyncio.timeout(self.patience):
                return await anext(events, None)
        except (httpx2.TransportError, httpx2.StreamError) as error:
            raise ModelConnectionError(self.model_name, "broke off") from error

    def _passed_on(self, event: ModelResponseStreamEvent) -> Iterator[ModelResponseStreamEvent]:
        if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
            yield from self._piece(event.index, event.part.content)
        elif isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
            yield from self._piece(event.index, event.delta.content_delta)
        elif isinstance(event, PartEndEvent) and isinstance(event.part, ThinkingPart):
            self.characters += len(event.part.content)
            yield self._parts_manager.handle_part(vendor_part_id=None, part=restored_part(event.part, self.mask))

    def _piece(self, index: int, piece: str) -> Iterator[ModelResponseStreamEvent]:
        self.characters += len(piece)
        restorer = self._texts.setdefault(index, Restorer(self.mask))
        yield from self._text(index, restorer.take(piece))

    def _text(self, index: int, text: str) -> Iterator[ModelResponseStreamEvent]:
        if text:
            yield from self._parts_manager.handle_text_delta(vendor_part_id=index, content=text)

    async def close_stream(self) -> None:
        await self.inner.close_stream()

    @property
    def usage(self) -> RequestUsage:
        return self.inner.usage

    @property
    def model_name(self) -> str:
        return self.inner.model_name

    @property
    def provider_name(self) -> str | None:
        return self.inner.provider_name

    @property
    def provider_url(self) -> str | None:
        return self.inner.provider_url

    @property
    def timestamp(self) -> datetime:
        return self.inner.timestamp
