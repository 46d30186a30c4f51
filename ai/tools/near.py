"""Tools that rest on what came before."""

from ai.advising import example_of, suggest
from ai.api.triage_serializers import categorized_shape
from ai.similar.finding import ask, similar_tickets, similar_to
from ai.tools.desk import found
from ai.tools.registry import Result, at_most, given_text, tool
from tickets.api.serializers.tickets import ticket_rows, ticket_shapes
from tickets.models import Ticket, User

TEXT_LENGTH = 4_000
SIMILAR_AT_MOST = 20


@tool
def find_similar_tickets(user: User, text: str = "", ticket_id: str | int = "", limit: int = 5) -> Result:
    """Find tickets the user may see that are like a text, or like another ticket, with how sure that is and the words they share."""
    count = at_most(limit, SIMILAR_AT_MOST)
    if ticket_id:
        near = similar_to(found(ticket_id, user), user, count=count)
    else:
        near = similar_tickets(ask("", given_text(text, "text", TEXT_LENGTH)), user, count=count)
    shapes = {row.pk: row for row in ticket_rows(Ticket.objects.filter(pk__in=[one.ticket.pk for one in near]))}
    told = ticket_shapes([shapes[one.ticket.pk] for one in near], user)
    about = [{"confidence": round(one.confidence, 2), "shared_words": one.shared} for one in near]
    return {"tickets": [shape | more for shape, more in zip(told, about, strict=True)]}


@tool
def categorize_issue(user: User, description: str) -> Result:
    """Say which category and priority a description calls for. Writes nothing."""
    return sorted_by_triage(given_text(description, "description", TEXT_LENGTH))


def sorted_by_triage(text: str) -> Result:
    """Return how triage would sort a text, and the words that spoke for it."""
    found = suggest(example_of("", text))
    return categorized_shape(found) | {
        "words": list(dict.fromkeys(word for one in found.values() for word in one.reasons))
    }
