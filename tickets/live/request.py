"""One message of a client on its way through a protocol."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tickets.errors import Conflict
from tickets.live import messages
from tickets.live.socket import Socket

SUBSCRIPTION = "subscription_response"
FOLLOWED_AT_MOST = 200  # tickets and jobs of one socket


@dataclass
class Request:
    """What was asked, and by which socket."""

    socket: Socket
    protocol: str
    data: Mapping[str, Any]
    request_id: Any = None

    async def answer(self, kind: str, data: Mapping[str, Any]) -> None:
        await self.socket.answer(messages.answer(self.protocol, kind, data, self.request_id))

    def check_room(self) -> None:
        """Raise Conflict where the socket follows too much already."""
        if sum(group.startswith(("ticket.", "job.")) for group in self.socket.joined) >= FOLLOWED_AT_MOST:
            raise Conflict(
                f"One connection follows {FOLLOWED_AT_MOST} tickets and jobs at most. Unsubscribe from some.",
                code="too_many_subscriptions",
            )


Handler = Callable[[Request], Awaitable[None]]
