"""The ASGI application: pages and API over HTTP, live updates over WebSocket."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

import django
from channels.routing import ProtocolTypeRouter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ticketsite.settings")
django.setup()  # what follows needs the models

from tickets.live.consumer import live  # noqa: E402
from ticketsite.limits import limited  # noqa: E402
from ticketsite.pooled import PooledHandler  # noqa: E402


async def lifespan(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Answer the server's questions about start and stop; there is nothing to prepare."""
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


application = ProtocolTypeRouter({"http": limited(PooledHandler()), "websocket": live, "lifespan": lifespan})
