"""What we send to OpenAI and Anthropic, checked against the vendors' own descriptions of their API."""

import json
from contextlib import asynccontextmanager

import httpx2
import pytest

from ai.actions.config import save_config
from ai.agents.outputs import TicketDraft
from ai.choices import AgentType, RunOutcome, TurnState
from ai.llm import built
from ai.llm.asking import ask
from ai.llm.question import Question
from ai.models import ModelProvider
from ai.tools.names import TOOLS
from tests.ai.talks import put as talk
from tests.vendors import mocks
from tickets.choices import Channel

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def vendors():
    with mocks("openai", "anthropic") as addresses:
        yield addresses


@pytest.fixture
def wish(monkeypatch):
    """`wish("code=429")` has the mock answer so."""

    def prefer(what):
        @asynccontextmanager
        async def clients(timeout):
            async with httpx2.AsyncClient(timeout=timeout, headers={"Prefer": what}) as client:
                yield client

        monkeypatch.setattr(built, "clients", clients)

    return prefer


def provider(kind, vendors, model):
    return ModelProvider.objects.create(
        name=kind, kind=kind, model=model, base_url=vendors[kind], api_key="sk-test-key"
    )


def put(user, output, text="Hello"):
    return ask(Question(agent=AgentType.CUSTOMER_SUPPORT, text=text, output=output, by=user, via=Channel.API))


@pytest.mark.parametrize(
    ("kind", "model", "said"),
    [
        ("openai", "gpt-4o-mini", "Hello! How can I assist you today?"),
        ("anthropic", "claude-haiku-4-5", "Hi! I'm Claude."),
    ],
)
def test_requests_are_what_the_vendor_takes_with_every_tool_and_a_typed_answer(ada, vendors, kind, model, said):
    provider(kind, vendors, model)
    save_config(by=ada, agent=AgentType.CUSTOMER_SUPPORT, changes={"tools_enabled": list(TOOLS), "timeout": 60})
    answer = put(ada, str)
    assert (answer.outcome, answer.value) == (RunOutcome.DONE, said), answer.run.attempts
    assert (answer.run.input_tokens, answer.run.output_tokens) in ((19, 10), (12, 6))
    assert answer.run.cost > 0
    typed = put(ada, TicketDraft)  # the mock never fills our shape; it must have taken the request all the same
    assert typed.outcome == RunOutcome.NONSENSE, (typed.run.detail, typed.run.attempts)
    assert {attempt["outcome"] for attempt in typed.run.attempts} == {"done"}


def test_a_request_for_an_answer_in_pieces_is_what_openai_takes(ada, vendors, monkeypatch):
    """That the mock takes the request is all it can show: it has no stream to answer with. Anthropic's describes none at all."""
    taken = []

    async def note(response):
        taken.append((response.status_code, json.loads(response.request.content)["stream"]))

    @asynccontextmanager
    async def clients(timeout):
        async with httpx2.AsyncClient(timeout=60, event_hooks={"response": [note]}) as client:
            yield client

    monkeypatch.setattr(built, "clients", clients)
    provider("openai", vendors, "gpt-4o-mini")
    save_config(by=ada, agent=AgentType.CUSTOMER_SUPPORT, changes={"tools_enabled": list(TOOLS), "timeout": 60})
    turn = talk(ada, "Hello")
    assert taken[0] == (200, True)
    assert turn.state == TurnState.LOCAL  # nothing came, so the desk answered


@pytest.mark.parametrize(("kind", "model"), [("openai", "gpt-4o-mini"), ("anthropic", "claude-haiku-4-5")])
@pytest.mark.parametrize(
    ("code", "outcome"), [(429, RunOutcome.UNAVAILABLE), (503, RunOutcome.UNAVAILABLE), (401, RunOutcome.REJECTED)]
)
def test_refusals_of_the_vendor_are_told_apart(ada, vendors, wish, kind, model, code, outcome):
    provider(kind, vendors, model)
    save_config(by=ada, agent=AgentType.CUSTOMER_SUPPORT, changes={"tools_enabled": [], "timeout": 60})
    wish(f"code={code}")
    answer = put(ada, str)
    assert answer.outcome == outcome, (answer.run.detail, answer.run.attempts)


def test_when_one_vendor_is_down_the_other_answers(ada, vendors):
    provider("anthropic", vendors, "claude-haiku-4-5")
    dead = ModelProvider.objects.create(
        name="dead", kind="openai", model="m", base_url="http://127.0.0.1:9/v1", position=1
    )
    dead.api_key = "k"
    dead.save()
    save_config(by=ada, agent=AgentType.CUSTOMER_SUPPORT, changes={"tools_enabled": [], "timeout": 60})
    answer = put(ada, str)
    assert answer.value == "Hi! I'm Claude."
    assert [attempt["provider"] for attempt in answer.run.attempts] == ["dead", "dead", "anthropic"]
