"""What is asked of a language model, and what comes back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from ai.choices import AgentType, RunOutcome
from ai.models import AIConfig, AIRun
from tickets.choices import Channel
from tickets.models import Ticket, User

T = TypeVar("T")
GOOD = (RunOutcome.DONE, RunOutcome.REMEMBERED)


def anything_goes(_: object) -> str:
    return ""


@dataclass(frozen=True)
class Question(Generic[T]):
    """`text` has every foreign part marked as untrusted; `output` is a pydantic model, or the name of one in
    `ai/agents/outputs.py`, which is loaded when it is asked for. `check` returns what is wrong with an answer,
    which the model is told once. `manner` is added to the configured prompt. `names` are people whose names stay here. Without
    `config` the version in use answers.
    """

    agent: AgentType
    text: str
    output: type[T] | str
    by: User
    via: Channel
    ticket: Ticket | None = None
    names: tuple[str, ...] = ()
    check: Callable[[T], str] = anything_goes
    config: AIConfig | None = None
    remember: bool = True
    manner: str = ""


class Listener(Protocol):
    """Who hears an answer that comes in pieces."""

    def say(self, piece: str) -> None:
        """Hear the next piece of text."""

    def begin(self, call: str, tool: str, arguments: Mapping[str, Any]) -> None:
        """Hear that a tool is being used."""

    def end(self, call: str, result: Any) -> None:
        """Hear what the tool returned, None where it refused."""


@dataclass(frozen=True)
class Answer(Generic[T]):
    """`value` is there exactly when the outcome is good; `sentence` says why it is not, for people."""

    value: T | None
    outcome: RunOutcome
    run: AIRun | None = None

    @property
    def sentence(self) -> str:
        return SENTENCES.get(self.outcome, "")


SENTENCES = {
    RunOutcome.NO_MODEL: "No language model is configured. An admin adds one under Model providers.",
    RunOutcome.BUSY: "The language model has no place free. Try again in a moment.",
    RunOutcome.BUDGET: "This month's budget for language models is used up. An admin can raise it under Model budget.",
    RunOutcome.TIMEOUT: "The language model took too long. Try again later.",
    RunOutcome.UNAVAILABLE: "The language model cannot be reached. Try again later.",
    RunOutcome.REJECTED: "The provider rejected the request. An admin sees why under AI runs.",
    RunOutcome.REFUSED: "The language model refused to answer.",
    RunOutcome.NONSENSE: "The language model's answer made no sense and was dropped.",
    RunOutcome.TOO_LONG: "The language model took too many steps and was stopped.",
    RunOutcome.STOPPED: "You stopped it.",
    RunOutcome.LOST: "The run was broken off.",
}
