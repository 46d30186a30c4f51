"""Which routes an event takes."""

from integrations.models import Route
from integrations.notifications.hearing import kinds_of
from tickets.choices import LEVEL_RANK, Level
from tickets.models import Ticket, TicketEvent


def routes_of(event: TicketEvent, ticket: Ticket) -> list[Route]:
    """Return the active routes that fit an event and its ticket."""
    rows = Route.objects.filter(is_active=True).select_related("person", "connection")
    return [route for route in rows if fits(route, event, ticket)]


def fits(route: Route, event: TicketEvent, ticket: Ticket) -> bool:
    least = LEVEL_RANK[Level(route.least_priority)] if route.least_priority else 0
    return (
        not set(route.kinds).isdisjoint(kinds_of(event))
        and route.team_id in (None, ticket.team_id)
        and route.organization_id in (None, ticket.organization_id)
        and LEVEL_RANK[Level(ticket.priority)] >= least
        and event.data.get("percent", route.threshold or 0) >= (route.threshold or 0)
    )
