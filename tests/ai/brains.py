"""Language models made of plain functions, put where the vendors' clients would be."""

import inspect

import pytest
from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import FunctionModel
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

        return FunctionModel(answer, model_name=provider.model)

    def heard(self):
        """Everything that left, as one text."""
        parts = [part for _, messages in self.calls for message in messages for part in message.parts]
        return "\n".join(str(part.content) for part in parts if hasattr(part, "content"))


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
