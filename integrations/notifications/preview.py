"""What a template would say of a ticket, while it is being written."""

from integrations.choices import Kind, Language
from integrations.notifications.audience import Occasion
from integrations.notifications.hearing import LISTENED_TO, kinds_of
from integrations.notifications.placeholders import Scene
from integrations.notifications.wording import Worded, filled
from integrations.notifications.words import Words
from sla.choices import Metric
from tickets.models import Comment, Ticket, TicketEvent, User
from tickets.text import render

LOOKED_AT = 50  # events of the ticket
SAID = "What somebody **wrote**."


def previewed(words: Words, kind: Kind, language: Language, *, ticket: Ticket, reader: User) -> Worded:
    """Return the words as this reader would get them, of the ticket's last event of the kind, else of one made up."""
    occasion = Occasion(_event(kind, ticket, reader))
    occasion.ticket = ticket
    if occasion.comment is None:
        occasion.comment = ticket.comments.order_by("-pk").first() or Comment(body=SAID, html=render(SAID))
    return filled(words, Scene(reader, occasion, language))


def _event(kind: Kind, ticket: Ticket, reader: User) -> TicketEvent:
    recent = TicketEvent.objects.filter(ticket=ticket, kind__in=LISTENED_TO).order_by("-version")[:LOOKED_AT]
    made_up = {
        "metric": Metric.FIRST_RESPONSE,
        "percent": 75,
        "level": 1,
        "due_at": ticket.due_at and ticket.due_at.isoformat(),
        "into": {"id": ticket.pk, "name": str(ticket)},
    }
    found = next((event for event in recent if kind in kinds_of(event)), None)
    return found or TicketEvent(ticket=ticket, actor_name=reader.display_name, data=made_up)
