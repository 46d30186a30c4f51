"""Tools that hand a ticket on to another system; where none of its kind is connected, they say so."""

from ai.tools.desk import found
from ai.tools.registry import NotAvailable, Result, tool
from integrations.actions.hand_on import hand_on
from integrations.models import Connection, ExternalLink
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
    """Ask for the record, or say which one there is. Raises NotAvailable, Conflict while it is being made, NotAllowed, NotFound."""
    ticket = found(ticket_id, user)
    connection = Connection.objects.visible_to(user).enabled().filter(provider=system).first()
    if connection is None:
        raise NotAvailable(f"Tickets cannot be handed on to {SYSTEMS[system]} here yet; create it there yourself.")
    link = ExternalLink.objects.visible_to(user).filter(ticket=ticket, connection=connection).first()
    if link is not None:
        return {"status": "linked", "integration": system, "key": link.remote_key, "url": link.url}
    hand_on(ticket=ticket, connection=connection, by=user)
    return {"status": "queued", "integration": system, "connection": connection.name, "ticket_id": ticket.reference}
