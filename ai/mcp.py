"""The MCP server's front door. It answers /health by itself and loads the protocol's library when the first client comes."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ai import lazy
from ai.tools.names import TOOLS

logger = logging.getLogger(__name__)
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
LARGEST_BODY = 2_500_000  # bytes, as for the API's JSON


class TooMuch(Exception):
    """Raised into the reading of a body."""


class McpDoor:
    """An ASGI application: `/health` for anybody, `/mcp` for those who bear a token."""

    def __init__(self) -> None:
        self._app: Any = None
        self._opening = asyncio.Lock()
        self._closing = asyncio.Event()
        self._held: asyncio.Task[None] | None = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["path"] == "/health":
            await answer(send, 200, {"status": "healthy", "tools_available": list(TOOLS)})
        elif scope["path"].rstrip("/") != "/mcp":
            await answer(send, 404, {"detail": "There is nothing here. The tools are at /mcp."})
        elif _announced(scope) > LARGEST_BODY:
            await answer(send, 413, {"detail": f"Send at most {LARGEST_BODY:,} bytes."})
        else:
            app = await self._opened()
            try:
                await app({**scope, "path": "/mcp", "raw_path": b"/mcp"}, counted(receive), send)
            except TooMuch:
                logger.info("a body without a length was too large")

    async def _opened(self) -> Any:
        """Load the library, aside since it takes seconds, and begin the application's life."""
        async with self._opening:
            if self._app is None:
                module = await asyncio.to_thread(lazy.module, lazy.SERVER)
                app = module.http_app()
                begun = asyncio.Event()
                self._held = asyncio.create_task(self._hold(app, begun))
                await asyncio.wait([self._held, asyncio.ensure_future(begun.wait())], return_when="FIRST_COMPLETED")
                if self._held.done():
                    self._held.result()
                self._app = app
        return self._app

    async def _hold(self, app: Any, begun: asyncio.Event) -> None:
        """Its lifespan must be entered and left by one task."""
        async with app.router.lifespan_context(app):
            begun.set()
            await self._closing.wait()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._closing.set()
        if self._held is not None:
            await asyncio.wait([self._held], timeout=5)
        await send({"type": "lifespan.shutdown.complete"})


def counted(receive: Receive) -> Receive:
    """Return `receive` that raises TooMuch once a body which announced no length has become too large."""
    received = 0

    async def next_message() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > LARGEST_BODY:
            raise TooMuch
        return message

    return next_message


def _announced(scope: Mapping[str, Any]) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


async def answer(send: Send, status: int, body: Mapping[str, Any]) -> None:
    said = json.dumps(body).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(said)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": said})
