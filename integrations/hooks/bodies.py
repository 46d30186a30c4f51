"""What an address is told of an event: the event and the ticket as the API shows them to the address's owner."""

import json
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from integrations.models import HookCall
from tickets.api.serializers.conversation import comment_shape
from tickets.api.serializers.tickets import event_shape, hidden_changes, ticket_detail
from tickets.models import Comment, Ticket, TicketEvent, User

PING = "ping"


def body_of(call: HookCall, owner: User) -> str | None:
    """Return the JSON that a call carries, None where its owner may not see what it is about."""
    if call.event is None:
        data: dict[str, Any] | None = {"message": f"A test of the webhook {call.hook.name}."}
        occurred_at = call.created_at
    else:
        data, occurred_at = _data(call.event, owner), call.event.occurred_at
    if data is None:
        return None
    told = {"id": call.message_id, "type": call.kind, "occurred_at": occurred_at, "data": data}
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False)


def _data(event: TicketEvent, owner: User) -> dict[str, Any] | None:
    if not owner.is_active or not (event.is_public or owner.is_support_staff):
        return None
    ticket = ticket_detail(Ticket.objects.visible_to(owner).filter(pk=event.ticket_id), owner)
    if ticket is None:
        return None
    ticket["url"] = f"{settings.SITE_URL}/tickets/T-{event.ticket_id}"
    told: dict[str, Any] = {"event": event_shape(event, owner, hidden_changes(owner)), "ticket": ticket}
    if "comment_id" in event.data:
        comment = Comment.objects.visible_to(owner).filter(pk=event.data["comment_id"]).first()
        told["comment"] = comment and comment_shape(comment)
    return told
