"""What stands between an agent and a provider: masking, and everything else around a run, with a model that answers at once.

Processor seconds are counted, so that what else the machine does matters little.
"""

import re
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from pydantic import BaseModel
from pydantic_ai import Agent
from pydantic_ai.messages import ModelResponse, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from ai.choices import AgentType
from ai.llm import built
from ai.llm.conversation import converse
from ai.llm.providers import Provider
from ai.llm.question import Question
from ai.models import AIConfig, AIRun
from benchmarks.figures import Figure
from tickets.choices import Channel
from tickets.masking import Mask
from tickets.models import User

RUNS = 30
LINE = (
    "Ada Lovelace <ada@acme.example> called from +49 30 1234567 about 10.0.0.7; error 0x80070005 in build 22631.3737.\n"
)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


class Thought(BaseModel):
    text: str


def measure(embedded: bool) -> list[Figure]:
    """The stack does not matter: nothing is read from it or written to it."""
    text = LINE * (1_000_000 // len(LINE))
    one_pattern = seconds(lambda: EMAIL.sub("[EMAIL]", text))
    masked = seconds(lambda: Mask(["Ada Lovelace"]).hide(text))
    bare, ours = (seconds(partial(many, run), 1) / RUNS * 1000 for run in (asked_bare, asked))
    return [
        Figure("masking 1 MB of mail, all kinds", masked * 1000, "ms", 1_000, baseline=one_pattern * 1000),
        Figure("a run around the model's own time", ours, "ms", 60, baseline=bare),
    ]


def many(run: Callable[[], Any]) -> None:
    for _ in range(RUNS):
        run()


def seconds(work: Callable[[], Any], times: int = 3) -> float:
    """Return the least processor time of a few tries, after one that warms up."""
    work()
    taken = []
    for _ in range(times):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken)


def brain(_: Any, info: AgentInfo) -> ModelResponse:
    return ModelResponse(parts=[ToolCallPart(info.output_tools[0].name, {"text": "ok"})])


def asked_bare() -> None:
    Agent(FunctionModel(brain), output_type=Thought, instructions="Think.").run_sync(LINE)


def asked() -> None:
    built.model_of = lambda provider, client: FunctionModel(brain)  # type: ignore[assignment]
    config = AIConfig(system_prompt="Think.", temperature=0.2, max_tokens=500, timeout=20, tools_enabled=[])
    question = Question(AgentType.SUMMARY, LINE, Thought, User(), Channel.API, remember=False)
    provider = Provider("own", "compatible", "m", base_url="http://127.0.0.1:9")
    told = converse(question, config, [provider], Decimal(0), AIRun())
    assert told.value is not None, told.detail
