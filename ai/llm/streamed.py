"""A conversation whose answer is heard as it comes, on the running event loop. Heavy: fetched through `ai/lazy.py` only."""

import asyncio
import logging
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from asgiref.sync import sync_to_async
from pydantic_ai import Agent
from pydantic_ai.messages import (
    FunctionToolCallEvent,
    FunctionToolResultEvent,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ToolReturnPart,
    UserPromptPart,
)

from ai.choices import RunOutcome
from ai.llm import built
from ai.llm.conversation import LIMITS, Told, chained, prepare, settings_of, tools_given, verdict
from ai.llm.guarded import LONGEST_STREAM
from ai.llm.ledger import Ledger
from ai.llm.providers import Provider
from ai.llm.question import Listener, Question
from ai.llm.untrusted import RULE
from ai.models import AIConfig, AIRun
from tickets.masking import Mask

logger = logging.getLogger(__name__)
STRETCH = 5  # an answer that one sees coming may take so much longer than one that is waited for
GAP = "\n\n"


def told(allowance: Decimal) -> Told:
    """Return the empty record of a run that may cost so much, in USD."""
    return Told(Ledger(allowance))


async def stream(
    question: Question[str],
    past: Sequence[tuple[str, str]],
    config: AIConfig,
    providers: Sequence[Provider],
    run: AIRun,
    told: Told,
    listener: Listener,
) -> None:
    """Ask, and let `listener` hear pieces and tools as they come; `past` are earlier questions and answers.

    `told` is filled in as it goes on, so that it holds what there is whatever ends this. Raises nothing that a provider does.
    """
    await sync_to_async(prepare, thread_sensitive=False)(config, providers)
    mask = Mask(question.names)
    seconds = min(config.timeout * STRETCH, LONGEST_STREAM)
    try:
        async with asyncio.timeout(seconds), built.clients(float(config.timeout)) as client:
            agent: Agent[None, str] = Agent(
                chained(providers, client, told.ledger, mask),
                instructions=f"{config.system_prompt}\n\n{question.manner}\n\n{RULE}",
                toolsets=tools_given(question.by, run, config),
                retries=1,
            )
            await _heard(agent, question.text, _history(past), config, listener)
        told.outcome = RunOutcome.DONE
    except Exception as error:  # noqa: BLE001 - vendors' clients raise what they like at what they cannot read
        told.outcome, told.detail = verdict(error), type(error).__name__
        logger.warning("a conversation broke off", extra={"agent": config.agent, "outcome": told.outcome.value})
    finally:
        told.hidden = mask.hidden


async def _heard(
    agent: Agent[None, str], text: str, past: list[ModelMessage], config: AIConfig, listener: Listener
) -> None:
    asked: dict[str, Any] = {"message_history": past, "model_settings": settings_of(config), "usage_limits": LIMITS}
    said = False  # whether the present part begins a new paragraph
    async with agent.run_stream_events(text, **asked) as events:
        async for event in events:
            if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
                listener.say((GAP if said else "") + event.part.content)
                said = True
            elif isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
                listener.say(event.delta.content_delta)
            elif isinstance(event, FunctionToolCallEvent):
                listener.begin(event.part.tool_call_id, event.part.tool_name, _arguments(event))
            elif isinstance(event, FunctionToolResultEvent):
                part = event.part
                good = isinstance(part, ToolReturnPart) and part.outcome == "success"
                listener.end(part.tool_call_id, part.content if good else None)


def _arguments(event: FunctionToolCallEvent) -> dict[str, Any]:
    try:
        return event.part.args_as_dict()
    except ValueError:  # no JSON; the tool will refuse it
        return {}


def _history(past: Sequence[tuple[str, str]]) -> list[ModelMessage]:
    messages: list[ModelMessage] = []
    for asked, answered in past:
        messages += (ModelRequest(parts=[UserPromptPart(asked)]), ModelResponse(parts=[TextPart(answered)]))
    return messages
