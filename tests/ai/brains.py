"""Language models made of plain functions, put where the vendors' clients would be."""

import inspect
import re

import pytest
from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import DeltaToolCall, FunctionModel
from pydantic_ai.usage import RequestUsage

from ai.choices import ProviderKind
from ai.llm import built
from ai.models import ModelProvider


class Brains:
    """`brains["name"] = function(messages, info)` makes a provider of that name, asked in the order of their making."""

    def __init__(self, monkeypatch):
        self.functions = {}
        self.calls = []
        monkeypatch.setattr(built, "model_of", self.model_of)

    def __setitem__(self, name, function):
        if name not in self.functions:
            self.provider(name)
        self.functions[name] = function

    def provider(self, name, **fields):
        given = {"kind": ProviderKind.OPENAI, "model": "gpt-4o-mini", "api_key": "k", "position": len(self.functions)}
        return ModelProvider.objects.update_or_create(name=name, defaults={**given, **fields})[0]

    def model_of(self, provider, client):
        async def answer(messages, info):
            self.calls.append((provider.name, messages))
            said = self.functions[provider.name](messages, info)
            return await said if inspect.isawaitable(said) else said

        async def speak(messages, info):
            self.calls.append((provider.name, messages))
            said = self.functions[provider.name](messages, info)
            if not inspect.isasyncgen(said):
                said = in_pieces(await said if inspect.isawaitable(said) else said)
            async for piece in said:
                yield piece

        return FunctionModel(answer, stream_function=speak, model_name=provider.model)

    def heard(self):
        """Everything that left, as one text."""
        parts = [part for _, messages in self.calls for message in messages for part in message.parts]
        return "\n".join(str(part.content) for part in parts if hasattr(part, "content"))


async def in_pieces(response):
    """Yield a whole answer as a stream does."""
    for place, part in enumerate(response.parts):
        if isinstance(part, ToolCallPart):
            yield {place: DeltaToolCall(part.tool_name, part.args_as_json_str(), tool_call_id=part.tool_call_id)}
        else:
            for piece in re.findall(r"\S+\s*|\s+", part.content):
                yield piece


def speaks(*pieces, then=None):
    """A model that says these pieces one after the other; `then` is raised after the last."""

    async def brain(messages, info):
        for piece in pieces:
            yield piece
        if then:
            raise then

    return brain


@pytest.fixture
def brains(db, monkeypatch):
    return Brains(monkeypatch)


def says(tokens=(100, 50), finish="stop", **fields):
    """A model that answers with these fields, by the tool that takes the answer."""

    def brain(messages, info):
        usage = RequestUsage(input_tokens=tokens[0], output_tokens=tokens[1])
        part = ToolCallPart(info.output_tools[0].name, fields) if info.output_tools else TextPart(str(fields))
        return ModelResponse(parts=[part], usage=usage, finish_reason=finish)

    return brain


def fails(error):
    def brain(messages, info):
        raise error

    return brain
