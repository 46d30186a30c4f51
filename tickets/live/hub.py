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

from tickets.live import messages
from tickets.live.credentials import look_again
from tickets.live.items import LIVE, Item, access_group, person_group, ticket_group, unpacked
from tickets.live.losses import Losses, log_since, missed_by, newest_event
from tickets.models import Ticket, User

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
        self.losses = Losses()
        self._listening = asyncio.Event()
        self._channel = ""
        self._tasks: list[asyncio.Task[None]] = []

    async def enter(self, socket: "Socket") -> None:
        """Take the socket in; returns once the hub listens, or cannot at the moment."""
        self.sockets.add(socket)
        self.join(socket, person_group(socket.user.pk))
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
                self.losses.forget(int(group.removeprefix("ticket.")))

    def count_of(self, user: User) -> int:
        return len(self.groups.get(person_group(user.pk), ()))

    async def _listen(self) -> None:
        layer = get_channel_layer()
        knows = False
        while True:
            try:
                if not knows:  # before the layer is asked: what it loses from the first moment on is noticed
                    self.losses.begin(await database_sync_to_async(newest_event)())
                    knows = True
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
        self.losses.heard(item, followed=ticket_group(item.ticket_id) in self.groups)
        targets = self._sockets_in(item.groups)
        for socket in targets:
            socket.take(item, item.texts)
        if item.left:
            for socket in self._sockets_in(item.left) - targets:
                socket.take(item, [item.left_text])

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
        """Send what is in the log and did not come through; of the lists, only that something is missing."""
        events, versions = await database_sync_to_async(log_since)(self.losses.settled, self._followed())
        for ticket_id, since in self.losses.of_tickets(versions).items():
            await self._tell_again(ticket_id, since)
        if self.losses.of_lists(events):
            text = messages.lists_lost()
            for socket in list(self.sockets):
                if socket.follows_queue:
                    socket.say(text)

    async def _tell_again(self, ticket_id: int, since: int) -> None:
        await self._recheck(ticket_id)  # what was lost may have taken the ticket away from somebody
        group = ticket_group(ticket_id)
        users = {socket.user for socket in self.groups.get(group, ())}
        texts = await database_sync_to_async(missed_by)(users, ticket_id, since)
        for socket in list(self.groups.get(group, ())):
            for text in texts.get(socket.user, ()):
                socket.say(text)

    def _followed(self) -> list[int]:
        return [int(group.removeprefix("ticket.")) for group in self.groups if group.startswith("ticket.")]


def who_sees(ticket_id: int, users: Iterable[User]) -> set[User]:
    """Return those of the users who may see the ticket."""
    return {user for user in users if Ticket.objects.visible_to(user).filter(pk=ticket_id).exists()}


_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def hub() -> Hub:
    """Return the hub of the running loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())


def active_connections() -> int:
    """Return how many sockets this process holds; from any thread."""
    return sum(len(hub.sockets) for hub in list(_hubs.values()))
