"""One client's socket: what it follows, and what waits to be written to it."""

import asyncio
from collections.abc import Sequence

from channels.db import database_sync_to_async

from tickets.live import messages
from tickets.live.credentials import Credential
from tickets.live.hub import Hub
from tickets.live.items import Item, access_group, job_group, queue_group, ticket_group
from tickets.models import Ticket, User

WAITING_AT_MOST = 500  # messages; whoever is that far behind is cut off


class Socket:
    """Belongs to one event loop; nothing here may be called from another thread."""

    def __init__(self, hub: Hub, credential: Credential) -> None:
        self.hub = hub
        self.credential = credential
        self.joined: set[str] = set()
        self.jobs: dict[int, int] = {}  # followed file job → its ticket
        self.present: dict[int, str] = {}  # ticket → what the user was last seen doing there
        self.follows_queue = False
        self.waiting: asyncio.Queue[str] = asyncio.Queue(WAITING_AT_MOST)
        self.ended: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()
        self._held: dict[str, list[Sequence[str]]] = {}

    @property
    def user(self) -> User:
        return self.credential.user

    def say(self, text: str) -> None:
        """Have the text written; cut the client off where too much waits already."""
        try:
            self.waiting.put_nowait(text)
        except asyncio.QueueFull:
            self.close(messages.SLOW_READER_CLOSE, "You did not read fast enough. Connect again.")

    async def answer(self, text: str) -> None:
        """Have the text written, waiting for room: a client that asks without reading waits for itself."""
        await self.waiting.put(text)

    def close(self, code: int, reason: str) -> None:
        if not self.ended.done():
            self.ended.set_result((code, reason))

    def take(self, item: Item, texts: Sequence[str]) -> None:
        """Pass on what the hub brings, unless it is not for this user."""
        if (item.staff_only and not self.user.is_support_staff) or item.skip_user == self.user.pk:
            return
        for group in item.groups:
            if group in self._held:
                self._held[group].append(texts)
                return
        for text in texts:
            self.say(text)

    def hold(self, group: str) -> None:
        """Keep what comes for the group until `release`, so that it follows what was missed."""
        self._held[group] = []

    def release(self, group: str) -> None:
        for texts in self._held.pop(group, ()):
            for text in texts:
                self.say(text)

    def discard(self, group: str) -> None:
        """Forget what was kept for the group."""
        self._held.pop(group, None)

    def follow_ticket(self, ticket_id: int) -> None:
        self.hub.join(self, ticket_group(ticket_id))
        self.hub.join(self, access_group(ticket_id))

    def unfollow_ticket(self, ticket_id: int) -> None:
        self.hub.drop(self, ticket_group(ticket_id))
        if ticket_id not in self.jobs.values():
            self.hub.drop(self, access_group(ticket_id))

    def follow_job(self, job_id: int, ticket_id: int) -> None:
        self.jobs[job_id] = ticket_id
        self.hub.join(self, job_group(job_id))
        self.hub.join(self, access_group(ticket_id))

    def unfollow_job(self, job_id: int) -> None:
        ticket_id = self.jobs.pop(job_id, 0)
        self.hub.drop(self, job_group(job_id))
        if ticket_group(ticket_id) not in self.joined and ticket_id not in self.jobs.values():
            self.hub.drop(self, access_group(ticket_id))

    def follow_queue(self, follow: bool) -> None:
        self.follows_queue = follow
        for group in [group for group in self.joined if group.startswith("queue.")]:
            self.hub.drop(self, group)
        for audience in self.credential.groups if follow else ():
            self.hub.join(self, queue_group(audience))

    def lose_ticket(self, ticket_id: int) -> None:
        """End what the user follows of a ticket they may not see any more."""
        for job_id in [job_id for job_id, owner in self.jobs.items() if owner == ticket_id]:
            self.unfollow_job(job_id)
        self._held.pop(ticket_group(ticket_id), None)
        self.unfollow_ticket(ticket_id)
        self.present.pop(ticket_id, None)
        ended = {"ticket_id": ticket_id, "timestamp": messages.now_text()}
        self.say(messages.push(messages.TICKET, "subscription_ended", ended))

    async def renew(self, credential: Credential) -> None:
        """Go on with the user's new rights: other lists, and only the tickets that they may still see."""
        self.credential = credential
        if self.follows_queue:
            self.follow_queue(True)
        followed = {int(group.removeprefix("access.")) for group in self.joined if group.startswith("access.")}
        visible = Ticket.objects.visible_to(credential.user).filter(pk__in=followed).values_list("pk", flat=True)
        for ticket_id in followed - set(await database_sync_to_async(list)(visible)):
            self.lose_ticket(ticket_id)
