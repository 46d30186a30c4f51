"""Masking at the border: what goes to a provider is hidden, what returns from it restored. Heavy: fetched through `ai/lazy.py` only."""

from collections.abc import Iterator, Sequence
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
    ToolReturnPart,
)

from tickets.masking import Mask

PEOPLE = ("requester", "assignee", "author", "watchers")  # where results of tools name somebody


def hidden(messages: Sequence[ModelMessage], mask: Mask) -> list[ModelMessage]:
    """Return the conversation with the personal data of every part hidden: prompts, tool results, and what the model said before.

    The people whom tools named are hidden wherever they occur.
    """
    mask.know(name for message in messages for part in message.parts for name in people_in(_result(part)))
    return [
        replace(message, parts=[_hidden_request(part, mask) for part in message.parts])
        if isinstance(message, ModelRequest)
        else replace(message, parts=[_turned(part, mask.hide, mask.hide_in) for part in message.parts])
        for message in messages
    ]


def restored(response: ModelResponse, mask: Mask) -> ModelResponse:
    return replace(response, parts=[restored_part(part, mask) for part in response.parts])


def restored_part(part: ModelResponsePart, mask: Mask) -> ModelResponsePart:
    return _turned(part, mask.restore, mask.restore_in)


def people_in(result: Any) -> Iterator[str]:
    """Yield the names of the people in what a tool returned."""
    if isinstance(result, dict):
        for key, value in result.items():
            if key in PEOPLE:
                yield from _names(value)
            else:
                yield from people_in(value)
    elif isinstance(result, list | tuple):
        for one in result:
            yield from people_in(one)


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _names(value.get("name"))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _names(one)


def _result(part: ModelRequestPart | ModelResponsePart) -> Any:
    return part.content if isinstance(part, ToolReturnPart) else None


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
