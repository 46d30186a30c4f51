"""Masking at the border: what goes to a provider is hidden, what returns from it restored. Heavy: fetched through `ai/lazy.py` only."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    ModelResponsePart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
)

from tickets.masking import Mask


def hidden(messages: Sequence[ModelMessage], mask: Mask) -> list[ModelMessage]:
    """Return the conversation with the personal data of every part hidden: prompts, tool results, and what the model said before."""
    return [
        replace(message, parts=[_hidden_request(part, mask) for part in message.parts])
        if isinstance(message, ModelRequest)
        else replace(message, parts=[_turned(part, mask.hide, mask.hide_in) for part in message.parts])
        for message in messages
    ]


def restored(response: ModelResponse, mask: Mask) -> ModelResponse:
    return replace(response, parts=[_turned(part, mask.restore, mask.restore_in) for part in response.parts])


def _hidden_request(part: ModelRequestPart, mask: Mask) -> ModelRequestPart:
    content: Any = getattr(part, "content", None)
    return part if content is None else replace(part, content=mask.hide_in(content))


def _turned(part: ModelResponsePart, text: Any, tree: Any) -> ModelResponsePart:
    if isinstance(part, TextPart | ThinkingPart):
        return replace(part, content=text(part.content))
    if isinstance(part, ToolCallPart):
        try:
            return replace(part, args=tree(part.args_as_dict()))
        except ValueError:  # no JSON: it will be refused anyway, and must not leave as it is
            return replace(part, args=text(str(part.args)))
    return part
