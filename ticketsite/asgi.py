"""The ASGI application: pages and API over HTTP, live updates over WebSocket."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ticketsite.settings")
# Django's own handler and not a WSGI thread pool: that answered the smallest request for 0.5 ms of CPU instead of 0.9 and the ticket
# list for the same, but eight slow uploads would have held all of its threads.
pages = get_asgi_application()  # sets Django up; what follows needs the models

from tickets.live.consumer import live  # noqa: E402
from ticketsite.limits import limited  # noqa: E402


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


application = ProtocolTypeRouter({"http": limited(pages), "websocket": live, "lifespan": lifespan})
