"""Answers in pieces through the vendors' own clients, from a wire that speaks as OpenAI and Anthropic do."""

import json
import re
from contextlib import asynccontextmanager

import httpx2
import pytest

from ai.choices import RunOutcome, TurnState
from ai.llm import built
from ai.models import ModelProvider
from tests.ai.talks import put

pytestmark = pytest.mark.django_db
MODELS = {"openai": "gpt-4o-mini", "anthropic": "claude-haiku-4-5"}


def openai_text(*pieces):
    events = [_chunk({"role": "assistant", "content": piece}) for piece in pieces]
    return [*events, _chunk({}, finish="stop"), _chunk(None, usage=(30, 7)), "data: [DONE]\n\n"]


def openai_call(name, *arguments):
    first = {"index": 0, "id": "call_1", "type": "function", "function": {"name": name, "arguments": ""}}
    rest = [{"index": 0, "function": {"arguments": piece}} for piece in arguments]
    events = [_chunk({"tool_calls": [call]}) for call in (first, *rest)]
    return [*events, _chunk({}, finish="tool_calls"), _chunk(None, usage=(20, 5)), "data: [DONE]\n\n"]


def _chunk(delta, finish=None, usage=None):
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    body = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": MODELS["openai"], "choices": choices}
    if usage:
        body["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
    return f"data: {json.dumps(body)}\n\n"


def anthropic_text(*pieces):
    block = {"type": "text", "text": ""}
    return _message(block, [{"type": "text_delta", "text": piece} for piece in pieces], "end_turn", (30, 7))


def anthropic_call(name, *arguments):
    block = {"type": "tool_use", "id": "call_1", "name": name, "input": {}}
    deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in arguments]
    return _message(block, deltas, "tool_use", (20, 5))


def _message(block, deltas, why, usage):
    message = {"id": "m", "type": "message", "role": "assistant", "model": MODELS["anthropic"], "content": []}
    message |= {"stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": usage[0], "output_tokens": 1}}
    events = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": block},
        *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": why, "stop_sequence": None},
            "usage": {"output_tokens": usage[1]},
        },
        {"type": "message_stop"},
    ]
    return [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events]


SPOKEN = {"openai": (openai_text, openai_call), "anthropic": (anthropic_text, anthropic_call)}


class Cut(httpx2.AsyncByteStream):
    """What comes over the wire; with `breaks`, the line is cut at the end."""

    def __init__(self, events, breaks):
        self.events, self.breaks = events, breaks

    async def __aiter__(self):
        for event in self.events:
            yield event.encode()
        if self.breaks:
            raise httpx2.ReadError("the line is cut")


@pytest.fixture
def wire(monkeypatch):
    """`wire(kind, answer)` makes a provider; `answer(asked)` returns its events, and whether the line is cut after them."""
    asked = []

    def lay(kind, answer):
        ModelProvider.objects.create(name=kind, kind=kind, model=MODELS[kind], api_key="k")

        def handle(request):
            asked.append(json.loads(request.content))
            events, breaks = answer(asked)
            headers = {"content-type": "text/event-stream"}
            return httpx2.Response(200, headers=headers, stream=Cut(events, breaks))

        @asynccontextmanager
        async def clients(timeout):
            async with httpx2.AsyncClient(transport=httpx2.MockTransport(handle)) as client:
                yield client

        monkeypatch.setattr(built, "clients", clients)
        return asked

    return lay


def hidden_in(asked):
    return re.search(r"\[EMAIL_\d+\]", str(asked[0]))[0]


@pytest.mark.parametrize("kind", SPOKEN)
def test_a_tool_and_an_answer_come_in_pieces_and_what_was_hidden_comes_back(kind, tess, wire):
    text, call = SPOKEN[kind]

    def answer(asked):
        mail = hidden_in(asked)
        if len(asked) == 1:
            return call("search_knowledge_base", '{"query": "wri', f"te to {mail[:4]}", f'{mail[4:]}"}}'), False
        return text("Write to ", mail[:3], f"{mail[3:]} now", "."), False

    asked = wire(kind, answer)
    turn = put(tess, "What about ada@acme.example ?")
    assert (turn.state, turn.answer) == (TurnState.DONE, "Write to ada@acme.example now."), turn.run.attempts
    assert turn.steps[0]["found"] == "nothing found"
    assert all(one["stream"] for one in asked)
    assert "ada@acme.example" not in str(asked)
    assert (turn.run.input_tokens, turn.run.output_tokens) == (50, 12)


@pytest.mark.parametrize("kind", SPOKEN)
def test_a_line_that_is_cut_leaves_what_came(kind, tess, wire):
    text, _ = SPOKEN[kind]
    wire(kind, lambda _: (text("Pull the ", "plug", ".")[:3], True))
    turn = put(tess)
    assert turn.state == TurnState.BROKEN
    assert turn.answer.startswith("Pull the ")
    assert turn.run.outcome == RunOutcome.UNAVAILABLE
    assert turn.run.cost > 0
