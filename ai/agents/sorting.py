"""Sorting a request: by what came before, and by a language model where there is one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ai.choices import AgentType
from ai.llm.asking import ask
from ai.llm.question import Answer, Question
from ai.llm.untrusted import marked
from ai.models import AIConfig
from ai.tools.near import sorted_by_triage
from tickets.choices import Channel
from tickets.errors import Invalid
from tickets.fields import TEXT_LENGTH, text
from tickets.models import Category, Ticket, User

if TYPE_CHECKING:  # they load pydantic, see `ai/lazy.py`
    from ai.agents.outputs import Sorting, SortingOpinion

CATEGORIES_AT_MOST = 300
SHOWN = 12_000  # characters of a request that a model reads


@dataclass(frozen=True)
class Sorted:
    """`local` is what triage says, `answer` what the model said of the same."""

    local: dict[str, Any]
    answer: "Answer[SortingOpinion]"

    @property
    def is_by_model(self) -> bool:
        return self.answer.value is not None


def request_text(raw: Any) -> str:
    """Return what somebody asks for. Raises Invalid."""
    try:
        return text(raw, TEXT_LENGTH, required=True).strip()
    except ValueError as error:
        raise Invalid({"user_input": [str(error)]}) from None


def sort_request(
    *,
    by: User,
    via: Channel,
    user_input: Any,
    ticket: Ticket | None = None,
    config: AIConfig | None = None,
    remember: bool = True,
) -> Sorted:
    """Say how a request is to be sorted; writes nothing but the record of the run. Raises Invalid."""
    said = request_text(user_input)
    known = categories()
    answer: Answer[SortingOpinion] = ask(
        Question(
            agent=AgentType.CATEGORIZATION,
            text=f"{category_list(known)}\n\nThe ticket:\n{marked(said[:SHOWN])}",
            output="SortingOpinion",
            by=by,
            via=via,
            ticket=ticket,
            names=names_of(by, ticket),
            check=lambda opinion: wrong_category(opinion, known),
            config=config,
            remember=remember,
        )
    )
    return Sorted(sorted_by_triage(said), answer)


def categories() -> dict[str, int]:
    """Return the names of the active categories with their ids."""
    return dict(Category.objects.filter(is_active=True).values_list("path", "pk")[:CATEGORIES_AT_MOST])


def category_list(known: dict[str, int]) -> str:
    listed = "\n".join(f"- {name}" for name in known)
    return f"Categories:\n{listed}" if known else "There are no categories; name none."


def wrong_category(sorting: "Sorting", known: dict[str, int]) -> str:
    if sorting.category is None or sorting.category in known:
        return ""
    return "Take the category word for word from the names given, or none."


def names_of(by: User, ticket: Ticket | None) -> tuple[str, ...]:
    """Return the names of people who may occur in what is asked."""
    people = [by, *([ticket.requester, ticket.assignee] if ticket else [])]
    return tuple(person.name for person in people if person is not None and person.name)


def outcome_shape(answer: Answer[Any]) -> dict[str, Any]:
    """Return how an answer says where it comes from."""
    by_model = answer.value is not None
    return {
        "means": "model" if by_model else "rules",
        "outcome": answer.outcome.value,
        "detail": "" if by_model else answer.sentence,
        "run_id": answer.run.pk if answer.run else None,
    }
