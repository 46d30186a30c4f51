"""What an agent wants to write, as the person reads it before saying yes: everything, word for word."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from ai.choices import ProposalState
from ai.models import Proposal
from tickets.models import Ticket, User

HEADS = {
    "create_ticket": "Create a ticket",
    "update_ticket": "Change {ticket}",
    "add_comment": "Reply on {ticket}",
    "create_jira_ticket": "Hand {ticket} on to Jira",
    "create_salesforce_case": "Hand {ticket} on to Salesforce",
    "create_github_issue": "Hand {ticket} on to GitHub",
    "create_integration_ticket": "Hand {ticket} on",
}
NOTE = "Internal note on {ticket}"
HIDDEN = ("ticket_id", "body", "description", "internal", "changes")  # said in another way


@dataclass(frozen=True)
class Proposed:
    """`lines` are fields with what they would become, `body` is text that would be written."""

    row: Proposal
    head: str
    lines: list[tuple[str, str]]
    body: str

    @property
    def is_waiting(self) -> bool:
        return self.row.state == ProposalState.PENDING


def waiting_for(user: User) -> QuerySet[Proposal]:
    """Return what waits for the user's word, newest first."""
    return Proposal.objects.filter(user=user, state=ProposalState.PENDING).select_related("ticket")


def proposed(row: Proposal) -> Proposed:
    given: Mapping[str, Any] = row.arguments
    changes = given.get("changes")
    fields = {**{name: value for name, value in given.items() if name not in HIDDEN}}
    fields |= changes if isinstance(changes, dict) else {}
    head = NOTE if row.tool == "add_comment" and given.get("internal") else HEADS.get(row.tool, row.tool)
    body = given.get("body") or given.get("description") or ""
    lines = [(name.replace("_", " ").capitalize(), in_words(value)) for name, value in fields.items()]
    return Proposed(row, head.format(ticket=_ticket(row.ticket, given)), lines, str(body))


def in_words(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(in_words(one) for one in value) or "nothing"
    return "nothing" if value in (None, "") else str(value)


def _ticket(ticket: Ticket | None, given: Mapping[str, Any]) -> str:
    return ticket.reference if ticket else str(given.get("ticket_id", "a ticket"))[:40]
