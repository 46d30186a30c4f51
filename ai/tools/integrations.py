"""Tools that hand a ticket on to another system. None is connected yet; each says so."""

from ai.tools.desk import found
from ai.tools.registry import NotAvailable, Result, tool
from tickets.errors import Invalid
from tickets.models import User

SYSTEMS = {"jira": "Jira", "salesforce": "Salesforce", "github": "GitHub"}


@tool
def create_integration_ticket(user: User, integration_type: str, ticket_id: str | int) -> Result:
    """Hand a ticket on to jira, salesforce or github."""
    if integration_type not in SYSTEMS:
        raise Invalid({"integration_type": [f"Choose one of {', '.join(SYSTEMS)}."]})
    return _handed_on(user, integration_type, ticket_id)


@tool
def create_jira_ticket(user: User, ticket_id: str | int) -> Result:
    """Hand a ticket on to Jira."""
    return _handed_on(user, "jira", ticket_id)


@tool
def create_salesforce_case(user: User, ticket_id: str | int) -> Result:
    """Hand a ticket on to Salesforce."""
    return _handed_on(user, "salesforce", ticket_id)


@tool
def create_github_issue(user: User, ticket_id: str | int) -> Result:
    """Hand a ticket on to GitHub."""
    return _handed_on(user, "github", ticket_id)


def _handed_on(user: User, system: str, ticket_id: str | int) -> Result:
    found(ticket_id, user)
    raise NotAvailable(f"Tickets cannot be handed on to {SYSTEMS[system]} here yet; create it there yourself.")
