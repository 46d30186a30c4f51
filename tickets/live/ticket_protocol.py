"""The ticket protocol: following tickets and lists of tickets, and telling colleagues that one is looking or typing."""

from typing import Any

from channels.db import database_sync_to_async

from tickets.errors import Invalid, NoSuchTicket, NotAllowed, NotFound
from tickets.live import messages
from tickets.live.items import Item, ticket_group
from tickets.live.pushing import relay
from tickets.live.replay import missed, missed_in_lists
from tickets.live.request import SUBSCRIPTION, Handler, Request
from tickets.live.socket import Socket
from tickets.models import Ticket, User

OLDEST_LIST = 300  # seconds; an older one is read again
STATES = ("looking", "typing", "left")
PRESENCE_EXPIRES_IN = 30  # seconds; a client forgets a colleague it has not heard of for that long


async def subscribe_ticket(request: Request) -> None:
    """Follow a ticket. With `after_version`, what was missed since comes after the answer, then what happens from now on."""
    ticket_id = messages.id_from(request.data, "ticket_id")
    asks = request.data.get("after_version") is not None
    after = messages.id_from(request.data, "after_version", least=0) if asks else None
    socket, group = request.socket, ticket_group(ticket_id)
    if group not in socket.joined:
        request.check_room()
    socket.hold(group)
    socket.follow_ticket(ticket_id)  # before the log is read, so that nothing falls between the two
    try:
        found = await database_sync_to_async(missed)(ticket_id, socket.user, after)
        socket.hub.losses.told(ticket_id, found.version)
        news = {"ticket_id": ticket_id, "subscribed": True, "version": found.version}
        await request.answer(SUBSCRIPTION, news | {"replayed": len(found.texts), "complete": found.complete})
        for text in found.texts:
            await socket.answer(text)
    except BaseException:  # refused, or not known to be allowed: what was held must not go out
        socket.discard(group)
        socket.unfollow_ticket(ticket_id)
        raise
    socket.release(group)


async def unsubscribe_ticket(request: Request) -> None:
    """Stop following a ticket; harmless where it was not followed."""
    ticket_id = messages.id_from(request.data, "ticket_id")
    await leave(request.socket, ticket_id)
    request.socket.unfollow_ticket(ticket_id)
    await request.answer(SUBSCRIPTION, {"ticket_id": ticket_id, "subscribed": False})


async def get_ticket_status(request: Request) -> None:
    """Answer where the ticket stands now."""
    ticket_id = messages.id_from(request.data, "ticket_id")
    await request.answer("ticket_status", await database_sync_to_async(status_of)(ticket_id, request.socket.user))


def status_of(ticket_id: int, user: User) -> dict[str, Any]:
    """Return the state of a ticket as `ticket_status` has it. Raises NotFound."""
    found = Ticket.objects.visible_to(user).select_related("assignee", "team").filter(pk=ticket_id).first()
    if found is None:
        raise NoSuchTicket
    return {
        "ticket_id": found.pk,
        "reference": found.reference,
        "status": found.status,
        "priority": found.priority,
        "assignee": found.assignee and {"id": found.assignee.pk, "name": found.assignee.display_name},
        "team": found.team and {"id": found.team.pk, "name": found.team.name},
        "due_at": found.due_at,
        "updated_at": found.updated_at,
        "version": found.version,
    }


async def subscribe_queue(request: Request) -> None:
    """Hear of every change to a ticket in the user's lists: staff of all they may see, requesters of their own.

    With `age`, the seconds since the client asked for its list, what happened in them comes after the answer.
    """
    age = request.data.get("age", 0)
    if isinstance(age, bool) or not isinstance(age, int | float) or not 0 <= age <= OLDEST_LIST:
        raise Invalid({"age": [f"Send the seconds since you asked for your list, {OLDEST_LIST} at most."]})
    request.socket.follow_queue(True)  # before the log is read, so that nothing falls between the two
    texts = await database_sync_to_async(missed_in_lists)(request.socket.user, age) if age else []
    await request.answer(SUBSCRIPTION, {"queue": True, "subscribed": True, "replayed": len(texts)})
    for text in texts:
        await request.socket.answer(text)


async def unsubscribe_queue(request: Request) -> None:
    request.socket.follow_queue(False)
    await request.answer(SUBSCRIPTION, {"queue": True, "subscribed": False})


async def presence(request: Request) -> None:
    """Tell the other support staff on the ticket that the user is looking, typing or left. Has no answer when it went well."""
    ticket_id = messages.id_from(request.data, "ticket_id")
    state = request.data.get("state")
    if state not in STATES:
        raise Invalid({"state": [f"Choose one of {', '.join(STATES)}."]})
    if not request.socket.user.is_support_staff:
        raise NotAllowed("Support staff see each other on a ticket; customers do not.", required_role="technician")
    if ticket_group(ticket_id) not in request.socket.joined:
        raise NotFound("Subscribe to the ticket first.", code="not_subscribed")
    await tell_presence(request.socket, ticket_id, str(state))


async def tell_presence(socket: Socket, ticket_id: int, state: str) -> None:
    if state == "left":
        socket.present.pop(ticket_id, None)
    else:
        socket.present[ticket_id] = state
    data = {
        "ticket_id": ticket_id,
        "user": {"id": socket.user.pk, "name": socket.user.display_name},
        "state": state,
        "expires_in": PRESENCE_EXPIRES_IN,
        "timestamp": messages.now_text(),
    }
    text = messages.push(messages.TICKET, "presence", data)
    item = Item(groups=[ticket_group(ticket_id)], texts=[text], staff_only=True, skip_user=socket.user.pk)
    await relay(item)


async def leave(socket: Socket, ticket_id: int) -> None:
    """Say that the user left, if the socket had said that they are there."""
    if ticket_id in socket.present:
        await tell_presence(socket, ticket_id, "left")


HANDLERS: dict[str, Handler] = {
    "subscribe_ticket": subscribe_ticket,
    "unsubscribe_ticket": unsubscribe_ticket,
    "get_ticket_status": get_ticket_status,
    "subscribe_queue": subscribe_queue,
    "unsubscribe_queue": unsubscribe_queue,
    "presence": presence,
}
