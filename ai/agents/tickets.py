"""A ticket out of free text. It is there before any model is asked; a model's draft improves it afterwards, or does not."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ai.agents.reading import described, read_files
from ai.agents.sorting import SHOWN, categories, category_list, names_of, request_text, wrong_category
from ai.choices import AgentType, RunOutcome
from ai.llm.asking import ask
from ai.llm.question import Answer, Question
from ai.llm.untrusted import marked
from ai.models import AIConfig
from ai.tools.near import sorted_by_triage
from tickets.actions.tickets import change_ticket, create_ticket
from tickets.choices import Channel
from tickets.errors import DomainError
from tickets.fields import TEXT_LENGTH
from tickets.models import Ticket, User
from tickets.permissions import System

if TYPE_CHECKING:  # they load pydantic, see `ai/lazy.py`
    from ai.agents.outputs import TicketDraft

SURE = 0.5  # confidence from which what triage says is used for a new one
TITLE = 90  # characters of a title taken from the text
GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|guten tag|moin)\b[^,.!\n]{0,40}[,.!\n]\s*", re.I
)
OWN_WORDS = "\n\n---\n**In their own words**\n\n"


@dataclass
class MadeTicket:
    """A ticket made from free text, and how it came about. `answer` is what a model said, once it was asked."""

    ticket: Ticket
    said: str
    files: list[dict[str, Any]]
    confidence: float
    answer: "Answer[TicketDraft]" = field(default_factory=lambda: Answer(None, RunOutcome.NO_MODEL))

    @property
    def next_actions(self) -> list[str]:
        return self.answer.value.next_actions if self.answer.value else []


def make_ticket(*, by: User, via: Channel, user_input: Any, files: Any = None) -> MadeTicket:
    """Create the ticket by local means. Raises Invalid, NotFound, NotAllowed."""
    said = request_text(user_input)
    found = read_files(by, files or [])
    local = sorted_by_triage(said)
    ticket = create_ticket(by=by, via=via, fields=local_fields(said, local))
    return MadeTicket(ticket, said, found, local["confidence"])


def improve_ticket(made: MadeTicket, *, by: User, via: Channel) -> MadeTicket:
    """Ask a model to put the ticket better. It is committed by now and stays whatever the model does; not inside a transaction."""
    made.answer = draft(by=by, via=via, said=made.said, files=made.files, ticket=made.ticket)
    if made.answer.value is not None:
        made.ticket = _improved(made.ticket, made.answer.value, made.said, by, via)
        made.confidence = made.answer.value.confidence
    return made


def draft(
    *,
    by: User,
    via: Channel,
    said: str,
    files: list[dict[str, Any]],
    ticket: Ticket | None = None,
    config: AIConfig | None = None,
    remember: bool = True,
) -> "Answer[TicketDraft]":
    """Ask for a draft; writes nothing but the record of the run."""
    known = categories()
    question: Question[TicketDraft] = Question(
        agent=AgentType.CUSTOMER_SUPPORT,
        text=f"{category_list(known)}\n\nThe request:\n{marked(said[:SHOWN])}{described(files)}",
        output="TicketDraft",
        by=by,
        via=via,
        ticket=ticket,
        names=names_of(by, None),
        check=lambda made: wrong_category(made, known),
        config=config,
        remember=remember,
    )
    return ask(question)


def local_fields(said: str, local: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a ticket from what was said and what triage says."""
    fields: dict[str, Any] = {"title": title_of(said), "description": said, "priority": local["priority"]}
    if local["category"] and local["confidence"] >= SURE:
        fields["category"] = local["category"]["id"]
    return fields


def title_of(said: str) -> str:
    """Return the first thing said after a greeting, cut at a word."""
    rest = GREETING.sub("", said, count=1).strip() or said
    first = re.split(r"(?<=[.!?])\s|\n", rest, maxsplit=1)[0].strip().rstrip(".")
    first = first[:1].upper() + first[1:]
    return first if len(first) <= TITLE else first[:TITLE].rsplit(" ", 1)[0] + "…"


def _improved(ticket: Ticket, draft: "TicketDraft", said: str, by: User, via: Channel) -> Ticket:
    """Put the draft onto the ticket; what somebody changed in the meantime stays as they made it.

    It sets what the person could have set when asking. A requester cannot change category and priority later, so these are set by
    the product on the draft's word; nothing else is.
    """
    description = f"{draft.description}{OWN_WORDS}{said}"
    words = {"title": draft.title, "description": description if len(description) <= TEXT_LENGTH else said}
    sorting: dict[str, Any] = {"priority": draft.priority, "impact": draft.impact}
    if draft.category is not None:
        sorting["category"] = draft.category
    if by.is_support_staff:
        return _changed(ticket, words | sorting | {"urgency": draft.urgency, "tags": plain_tags(draft.tags)}, by, via)
    ticket = _changed(ticket, words | {"urgency": draft.urgency}, by, via)
    return _changed(ticket, sorting, System("Ticket assistant"), Channel.SYSTEM)


def _changed(ticket: Ticket, changes: dict[str, Any], by: User | System, via: Channel) -> Ticket:
    try:
        return change_ticket(ticket=ticket, by=by, via=via, changes=changes, base_version=ticket.version)
    except DomainError:  # somebody was at it already, or a field is refused: the ticket is good as it is
        return Ticket.objects.get(pk=ticket.pk)


def plain_tags(tags: list[str]) -> list[str]:
    """Return tags as the desk writes them: one word each."""
    return ["-".join(tag.replace(",", " ").split()).lower()[:50] for tag in tags if tag.strip()]
