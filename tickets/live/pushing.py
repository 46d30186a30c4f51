"""From events to the sockets that may care, on the publisher's thread. What a socket passes on, the hub and its consumer decide."""

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from channels.layers import get_channel_layer
from django.db import close_old_connections
from django.db.models import Prefetch, prefetch_related_objects

from tickets.choices import EventKind
from tickets.live import messages
from tickets.live.audiences import ACCESS_FIELDS, groups_left, groups_of_ticket, touches_access
from tickets.live.items import LIVE, Item, packed, queue_group, ticket_group
from tickets.models import Comment, Ticket, TicketEvent

logger = logging.getLogger(__name__)
SEND_WITHIN = 4.0  # seconds; a hung Redis is given up then
RELAY_WITHIN = 2.0
AT_ONCE = 100  # items in one message of the channel layer
OF_TICKET = Prefetch("ticket", Ticket.objects.only(*ACCESS_FIELDS))


class _Thread(threading.local):
    loop: asyncio.AbstractEventLoop | None = None


_thread = _Thread()


def push(events: Sequence[TicketEvent]) -> None:
    """Send the events to their tickets' subscribers and to the lists the tickets appear in, with a few queries for all of them."""
    try:
        prefetch_related_objects(events, OF_TICKET)  # of those that do not bring theirs along
        comments = Comment.objects.in_bulk([pk for event in events if (pk := comment_of(event))])
        watchers = _watchers({event.ticket_id for event in events})
    finally:
        close_old_connections()
    items: list[Item] = []
    for event in events:
        items += items_of(event, comments, watchers[event.ticket_id])
    send(items)


def send(items: Sequence[Item]) -> None:
    """Put the items on the channel layer. Raises what the layer raises; for the publisher's thread, never for a request."""
    for start in range(0, len(items), AT_ONCE):
        _run(get_channel_layer(), list(items[start : start + AT_ONCE]))


async def relay(item: Item) -> None:
    """Send something to the sockets of every process, from any event loop. May be lost."""
    try:
        await asyncio.wait_for(get_channel_layer().group_send(LIVE, packed([item])), RELAY_WITHIN)
    except Exception as error:  # noqa: BLE001 - whatever the layer raises, the caller goes on
        logger.warning("relaying failed", extra={"error": type(error).__name__})


def _run(layer: Any, items: list[Item]) -> None:
    # One loop for the life of the thread: the Redis layer keeps its connections by loop.
    loop = _thread.loop = _thread.loop or asyncio.new_event_loop()
    loop.run_until_complete(asyncio.wait_for(layer.group_send(LIVE, packed(items)), SEND_WITHIN))


def _watchers(ticket_ids: Iterable[int]) -> Mapping[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    through = Ticket.watchers.through.objects.filter(ticket_id__in=ticket_ids)
    for ticket_id, user_id in through.values_list("ticket_id", "user_id"):
        found[ticket_id].append(user_id)
    return found


def comment_of(event: TicketEvent) -> int | None:
    """Return the id of the comment that the event added."""
    return event.data.get("comment_id") if event.kind == EventKind.COMMENT_ADDED else None


def items_of(event: TicketEvent, comments: Mapping[int, Comment], watchers: Iterable[int]) -> list[Item]:
    """Return the item for those who follow the ticket and the one for the lists."""
    facts: dict[str, Any] = {"ticket_id": event.ticket_id, "version": event.version, "event_id": event.pk}
    groups = groups_of_ticket(event.ticket, watchers)
    return [
        Item(
            groups=[ticket_group(event.ticket_id)],
            texts=texts_of(event, comments),
            staff_only=not event.is_public,
            recheck=touches_access(event),
            **facts,
        ),
        Item(
            groups=[queue_group(group) for group in groups],
            texts=[list_text(event)],
            staff_only=not event.is_public,
            left=[queue_group(group) for group in groups_left(event) - groups],
            left_text=list_text(event, version=None, kind="left"),
            **facts,
        ),
    ]


def list_text(event: TicketEvent, **other: str | None) -> str:
    """Return the message that tells the lists of the event; `other` replaces what is said of it."""
    news = {"ticket_id": event.ticket_id, "version": event.version, "kind": event.kind, "timestamp": event.occurred_at}
    return messages.push(messages.TICKET, "queue_changed", news | other)


def texts_of(event: TicketEvent, comments: Mapping[int, Comment]) -> list[str]:
    """Return the messages that tell of the event, the special ones of the contract first, the general one last."""
    actor = {"id": event.actor_id, "name": event.actor_name}
    base = {"ticket_id": event.ticket_id, "version": event.version, "timestamp": event.occurred_at}
    told: list[tuple[str, dict[str, Any]]] = []
    if "status" in event.changes:
        told.append(("ticket_status_update", {"status": event.changes["status"][1], "updated_by": actor}))
    if "assignee" in event.changes:
        told.append(("ticket_assigned", {"assigned_to": event.changes["assignee"][1], "assigned_by": actor}))
    if comment := comments.get(comment_of(event) or 0):
        content = {"content": comment.body, "html": comment.html, "internal": comment.is_internal}
        told.append(("ticket_comment_added", {"comment_id": comment.pk, "author": actor, **content}))
    if event.kind in (EventKind.SLA_WARNING, EventKind.SLA_BREACHED):
        told.append((event.kind, {name: event.data[name] for name in ("metric", "due_at", "risk")}))
    general: dict[str, Any] = {
        "kind": event.kind,
        "actor": actor,
        "channel": event.channel,
        # Not the keys of custom fields: some are not for everybody.
        "fields": sorted({field.partition(".")[0] for field in event.changes}),
    }
    told.append(("ticket_changed", general))
    return [messages.push(messages.TICKET, kind, base | data) for kind, data in told]
