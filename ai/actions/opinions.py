"""A second opinion on unsure advice by a language model, where an admin wants one. It is shown; nothing is set by it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from ai.agents.sorting import SHOWN, sort_request
from ai.choices import AdviceState, AgentType, RunOutcome, TriageField
from ai.config import version_for
from ai.llm.providers import chain
from ai.models import FieldSuggestion, SecondOpinion, TriageSetting
from tickets import work
from tickets.choices import Channel
from tickets.models import Category, Ticket

if TYPE_CHECKING:  # it loads pydantic, see `ai/lazy.py`
    from ai.agents.outputs import SortingOpinion

ASKED_ABOUT = frozenset({TriageField.CATEGORY, TriageField.PRIORITY, TriageField.URGENCY, TriageField.IMPACT})


def ask_for_opinion(ticket: Ticket, made: Iterable[FieldSuggestion], limits: Mapping[str, TriageSetting]) -> None:
    """Have a worker ask about the advice that was not sure enough to be applied. In the transaction that wrote it."""
    unsure = [row for row in made if row.state == AdviceState.OPEN and limits[row.field].ask_model]
    if not any(row.field in ASKED_ABOUT for row in unsure):
        return
    if chain(version_for(AgentType.CATEGORIZATION, ticket).model) and not _is_asked(ticket):
        work.enqueue(SecondOpinion(ticket=ticket))


def give_opinion(*, ticket: Ticket) -> RunOutcome | None:
    """Ask a model about a ticket's open advice and note what it says; None where nothing is left to ask.

    Waits for the network. Whatever goes wrong there is on record with the run, and triage stays as it is. The run has the rights of
    who wrote the ticket, never those of the desk.
    """
    if ticket.is_resolved or ticket.archived_at or not _open_rows(ticket).exists():
        return None
    said = f"{ticket.title}\n\n{ticket.description}"[:SHOWN]
    answer = sort_request(by=ticket.requester, via=Channel.AI, user_input=said, ticket=ticket).answer
    if answer.value is not None:
        _note(ticket, answer.value, answer.run.pk if answer.run else None)
    return answer.outcome


def _note(ticket: Ticket, said: "SortingOpinion", run: int | None) -> None:
    values: dict[str, Any] = {"priority": said.priority, "urgency": said.urgency, "impact": said.impact}
    category = Category.objects.filter(path=said.category, is_active=True).first() if said.category else None
    values["category"] = {"id": category.pk, "name": str(category)} if category else None
    about = {"confidence": said.confidence, "reason": said.reason, "run": run}
    with transaction.atomic():  # what was decided in the meantime needs no opinion
        for row in _open_rows(ticket).select_for_update():
            row.opinion = {"value": values[row.field], **about}
            row.save(update_fields=["opinion"])


def _open_rows(ticket: Ticket) -> Any:
    wanted = TriageSetting.objects.filter(ask_model=True, field__in=ASKED_ABOUT).values_list("field", flat=True)
    return FieldSuggestion.objects.filter(ticket=ticket, state=AdviceState.OPEN, field__in=list(wanted))


def _is_asked(ticket: Ticket) -> bool:
    return SecondOpinion.objects.filter(ticket=ticket).exists()
