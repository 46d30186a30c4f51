"""The embedded channel layer: in memory, and callable from any thread.

Channels' own in-memory layer may be used on the server's event loop only; workers live in other threads. Calls from elsewhere are
carried over to the loop on which the hub receives.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from channels.layers import InMemoryChannelLayer

Message = dict[str, Any]


class LoopSafeInMemoryLayer(InMemoryChannelLayer):  # type: ignore[misc]
    """`InMemoryChannelLayer` whose sends may come from any thread or loop."""

    _home: asyncio.AbstractEventLoop | None = None

    async def _at_home(self, function: Callable[..., Coroutine[Any, Any, None]], *args: Any) -> None:
        home = self._home
        if home is None or not home.is_running() or asyncio.get_running_loop() is home:
            await function(*args)
        else:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(function(*args), home))

    async def receive(self, channel: str) -> Message:
        self._home = asyncio.get_running_loop()  # the hub always receives on the server's loop
        message: Message = await super().receive(channel)
        return message

    async def send(self, channel: str, message: Message) -> None:
        await self._at_home(super().send, channel, message)

    async def group_send(self, group: str, message: Message) -> None:
        await self._at_home(super().group_send, group, message)

    async def group_add(self, group: str, channel: str) -> None:
        await self._at_home(super().group_add, group, channel)

    async def group_discard(self, group: str, channel: str) -> None:
        await self._at_home(super().group_discard, group, channel)
