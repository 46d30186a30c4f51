"""A configuration tried on past tickets before it is used. Writes nothing but the record of the runs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ai.actions.config import draft_of
from ai.agents.reading import FILES_AT_MOST, analyze_files
from ai.agents.sorting import outcome_shape, sort_request
from ai.agents.tickets import draft
from ai.agents.writing import draft_reply, summarise
from ai.choices import AgentType
from ai.models import AIConfig
from ai.permissions import require
from tickets.choices import CLOSED_STATUSES, Channel
from tickets.errors import Invalid
from tickets.models import Attachment, Ticket, User

if TYPE_CHECKING:  # they load pydantic, see `ai/lazy.py`
    from ai.agents.outputs import Sorting

TICKETS_AT_MOST = 5


def try_on_tickets(
    *, by: User, via: Channel, agent: AgentType, changes: Mapping[str, Any], tickets: Any = None
) -> dict[str, Any]:
    """Let the configuration that `changes` would make answer about past tickets, and say how that compares. Raises Invalid."""
    require(by, "ai.manage")
    config = draft_of(agent, changes)
    results = [_tried(agent, config, ticket, by, via) for ticket in chosen(by, tickets)]
    agreed = [result["agrees"] for result in results if result.get("agrees") is not None]
    return {"agent_type": agent.value, "results": results, "agreement": sum(agreed) / len(agreed) if agreed else None}


def chosen(by: User, wanted: Any) -> list[Ticket]:
    """Return the tickets named, or the latest that were resolved. Raises Invalid."""
    rows = Ticket.objects.visible_to(by).select_related("category", "requester", "assignee")
    if wanted is None:
        return list(rows.current().filter(status__in=CLOSED_STATUSES).order_by("-pk")[:3])
    if not isinstance(wanted, list) or not 0 < len(wanted) <= TICKETS_AT_MOST:
        raise Invalid({"tickets": [f"Name 1 to {TICKETS_AT_MOST} tickets."]})
    found = [rows.by_reference(str(one)).first() for one in wanted]
    if None in found:
        raise Invalid({"tickets": ["There is no such ticket, or it is not yours to see."]})
    return [ticket for ticket in found if ticket is not None]


def _tried(agent: AgentType, config: AIConfig, ticket: Ticket, by: User, via: Channel) -> dict[str, Any]:
    said = f"{ticket.title}\n\n{ticket.description}"
    about = {"ticket": ticket.reference}
    if agent == AgentType.CATEGORIZATION:
        answer = sort_request(by=by, via=via, user_input=said, ticket=ticket, config=config, remember=False).answer
        return about | _compared(answer.value, ticket) | outcome_shape(answer)
    if agent == AgentType.CUSTOMER_SUPPORT:
        made = draft(by=by, via=via, said=said, files=[], ticket=ticket, config=config, remember=False)
        return about | _compared(made.value, ticket) | outcome_shape(made)
    if agent == AgentType.FILE_ANALYSIS:
        files = Attachment.objects.visible_to(by).filter(ticket=ticket, removed_at=None).values_list("pk", flat=True)
        if not files:
            return about | {"outcome": "no_files", "detail": "This ticket has no files."}
        found = list(files[:FILES_AT_MOST])
        return about | analyze_files(by=by, via=via, user_input=said, files=found, config=config, remember=False)
    write = summarise if agent == AgentType.SUMMARY else draft_reply
    written = write(ticket=ticket, by=by, via=via, config=config, remember=False)
    return about | {"text": written.text} | outcome_shape(written.answer)


def _compared(sorting: "Sorting | None", ticket: Ticket) -> dict[str, Any]:
    """Return what was said beside what people settled on; it agrees where the category is the same."""
    settled = {"category": ticket.category and ticket.category.path, "priority": ticket.priority}
    if sorting is None:
        return {"said": None, "settled": settled, "agrees": None}
    agrees = sorting.category == settled["category"] if settled["category"] else None
    return {"said": sorting.model_dump(), "settled": settled, "agrees": agrees}
