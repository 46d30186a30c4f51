"""One hub for each web process: it listens to the channel layer, and knows the process's sockets by the groups they joined.

Channels would give every socket a channel of its own, and every push a task, a copy and a query for each of them. Here a push is
one message for the process, serialized once.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.db.models import Max

from tickets.live import messages
from tickets.live.credentials import look_again
from tickets.live.items import LIVE, Item, access_group, packed, ticket_group, unpacked
from tickets.live.replay import missed
from tickets.models import Ticket, TicketEvent, User

if TYPE_CHECKING:
    from tickets.live.socket import Socket

logger = logging.getLogger(__name__)
LOOK_EVERY = 5.0  # seconds between two looks at the credentials, and at what the layer may have lost
LISTEN_AGAIN_AFTER = 1.0
JOIN_WITHIN = 2.0
SOCKETS_AT_MOST = 50  # of one user in one process


class Hub:
    """The sockets of one event loop."""

    def __init__(self) -> None:
        self.sockets: set[Socket] = set()
        self.groups: defaultdict[str, set[Socket]] = defaultdict(set)
        self.versions: dict[int, int] = {}  # ticket → newest version that came through, of tickets with subscribers
        self.newest_event = 0
        self._missing: dict[int, int] = {}  # ticket → version that was in the log at the last look, and not here
        self._missing_event = 0
        self._listening = asyncio.Event()
        self._channel = ""
        self._tasks: list[asyncio.Task[None]] = []

    async def enter(self, socket: "Socket") -> None:
        """Take the socket in; returns once the hub listens, or cannot at the moment."""
        self.sockets.add(socket)
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._look())]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._listening.wait(), JOIN_WITHIN)

    def leave(self, socket: "Socket") -> None:
        self.sockets.discard(socket)
        for group in list(socket.joined):
            self.drop(socket, group)
        if not self.sockets:
            for task in self._tasks:
                task.cancel()
            self._tasks = []
            self._listening.clear()

    def join(self, socket: "Socket", group: str) -> None:
        self.groups[group].add(socket)
        socket.joined.add(group)

    def drop(self, socket: "Socket", group: str) -> None:
        socket.joined.discard(group)
        self.groups[group].discard(socket)
        if not self.groups[group]:
            del self.groups[group]
            if group.startswith("ticket."):
                self.versions.pop(int(group.removeprefix("ticket.")), None)

    def count_of(self, user: User) -> int:
        return sum(socket.user == user for socket in self.sockets)

    async def relay(self, item: Item) -> None:
        """Send something to the sockets of every process. May be lost."""
        try:
            await asyncio.wait_for(get_channel_layer().group_send(LIVE, packed([item])), JOIN_WITHIN)
        except Exception as error:  # noqa: BLE001 - whatever the layer raises, the socket goes on
            logger.warning("relaying failed", extra={"error": type(error).__name__})

    async def _listen(self) -> None:
        layer = get_channel_layer()
        while True:
            try:
                self._channel = await layer.new_channel()
                await layer.group_add(LIVE, self._channel)
                try:
                    self._listening.set()
                    while True:
                        await self._receive(await layer.receive(self._channel))
                finally:
                    self._listening.clear()
                    with contextlib.suppress(Exception):
                        await layer.group_discard(LIVE, self._channel)
            except Exception as error:  # noqa: BLE001 - a hub that stops listening would be silent for good
                logger.warning("listening failed, trying again", extra={"error": type(error).__name__})
                await asyncio.sleep(LISTEN_AGAIN_AFTER)

    async def _receive(self, message: dict[str, Any]) -> None:
        for item in unpacked(message):
            await self.deliver(item)
            await asyncio.sleep(0)  # let the sockets write before the next one is put into their queues

    async def deliver(self, item: Item) -> None:
        """Hand the item to its sockets, after asking again who may see the ticket where that may have changed."""
        if item.recheck:
            await self._recheck(item.ticket_id)
        if ticket_group(item.ticket_id) in self.groups:
            self.versions[item.ticket_id] = max(item.version, self.versions.get(item.ticket_id, 0))
        self.newest_event = max(item.event_id, self.newest_event)
        targets = self._sockets_in(item.groups)
        for socket in targets:
            socket.take(item, item.texts)
        if item.left:
            for socket in self._sockets_in(item.left) - targets:
                socket.take(item, [item.left_text])

    def told(self, ticket_id: int, version: int) -> None:
        """Note how far a new follower of a ticket has been told, so that what is lost from then on is noticed."""
        self.versions.setdefault(ticket_id, version)

    def _sockets_in(self, groups: Iterable[str]) -> "set[Socket]":
        return set().union(*(self.groups[group] for group in groups if group in self.groups))

    async def _recheck(self, ticket_id: int) -> None:
        sockets = self.groups.get(access_group(ticket_id), set())
        limited = {socket.user for socket in sockets if not socket.user.sees_all_tickets}
        if limited:
            may = await database_sync_to_async(who_sees)(ticket_id, limited)
            for socket in list(sockets):
                if socket.user in limited - may:
                    socket.lose_ticket(ticket_id)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - the next look may go well
                logger.warning("looking at the sockets failed", extra={"error": type(error).__name__})

    async def look(self) -> None:
        """Close sockets whose credential has ended, re-authorise those whose rights changed, and send what the layer lost."""
        sockets = list(self.sockets)
        became = await database_sync_to_async(look_again)([socket.credential for socket in sockets])
        for socket, credential in zip(sockets, became, strict=True):
            if credential is None:
                socket.close(messages.CREDENTIAL_CLOSE, "The credential has ended.")
            elif credential is not socket.credential:
                await socket.renew(credential)
        await self._catch_up()
        if self._listening.is_set():  # the layer in memory forgets its members after a day
            await asyncio.wait_for(get_channel_layer().group_add(LIVE, self._channel), JOIN_WITHIN)

    async def _catch_up(self) -> None:
        """Send what is in the log and did not come through. A push may just be on its way, so only the second look counts."""
        newest, versions = await database_sync_to_async(newest_of)(self._followed())
        missing = {pk: version for pk, version in versions.items() if version > self.versions.setdefault(pk, version)}
        for pk, version in self._missing.items() & missing.items():
            since, self.versions[pk] = self.versions[pk], version
            for socket in list(self.groups.get(ticket_group(pk), ())):
                for text in (await database_sync_to_async(missed)(pk, socket.user, since)).texts:
                    socket.say(text)
        self._missing = missing
        if self._missing_event > self.newest_event:
            self.newest_event = self._missing_event
            lost = {"ticket_id": None, "version": None, "kind": "lost", "timestamp": messages.now_text()}
            for socket in list(self.sockets):
                if socket.follows_queue:
                    socket.say(messages.push(messages.TICKET, "queue_changed", lost))
        self.newest_event = self.newest_event or newest
        self._missing_event = newest if newest > self.newest_event else 0

    def _followed(self) -> list[int]:
        return [int(group.removeprefix("ticket.")) for group in self.groups if group.startswith("ticket.")]


def who_sees(ticket_id: int, users: Iterable[User]) -> set[User]:
    """Return those of the users who may see the ticket."""
    return {user for user in users if Ticket.objects.visible_to(user).filter(pk=ticket_id).exists()}


def newest_of(ticket_ids: list[int]) -> tuple[int, dict[int, int]]:
    """Return the newest event's id, and the tickets' versions."""
    newest = TicketEvent.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return newest, dict(Ticket.objects.filter(pk__in=ticket_ids).values_list("pk", "version"))


_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def hub() -> Hub:
    """Return the hub of the running loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())


def active_connections() -> int:
    """Return how many sockets this process holds; from any thread."""
    return sum(len(hub.sockets) for hub in list(_hubs.values()))
