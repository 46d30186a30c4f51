"""The `/ws` endpoint: lets a client in, reads its messages, hands them to their protocol, and writes what waits for it."""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from channels.db import database_sync_to_async

from tickets.errors import DomainError
from tickets.live import file_protocol, messages, ticket_protocol
from tickets.live.credentials import Scope, authenticate
from tickets.live.hub import SOCKETS_AT_MOST, hub
from tickets.live.request import Handler, Request
from tickets.live.socket import Socket

logger = logging.getLogger(__name__)
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

MESSAGES_A_MINUTE = 60
CLOSE_WITHIN = 2.0  # seconds; whoever does not read cannot read the close either
PROTOCOLS: dict[str, tuple[str, Handler]] = {
    **{kind: (messages.TICKET, handler) for kind, handler in ticket_protocol.HANDLERS.items()},
    **{kind: (messages.FILE, handler) for kind, handler in file_protocol.HANDLERS.items()},
}


async def live(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one WebSocket. The connection is accepted before it is refused, so that a browser learns the code."""
    await receive()  # websocket.connect
    credential = await database_sync_to_async(authenticate)(scope) if scope["path"] == "/ws" else None
    await send({"type": "websocket.accept"})
    if credential is None:
        reason = "Send a valid access token as ?token= or sign in."
        await send({"type": "websocket.close", "code": messages.CREDENTIAL_CLOSE, "reason": reason})
        return
    socket = Socket(hub(), credential)
    if socket.hub.count_of(socket.user) >= SOCKETS_AT_MOST:
        reason = f"{SOCKETS_AT_MOST} connections of one user are enough."
        await send({"type": "websocket.close", "code": messages.TOO_MANY_SOCKETS_CLOSE, "reason": reason})
        return
    await _serve(socket, receive, send)


async def _serve(socket: Socket, receive: Receive, send: Send) -> None:
    await socket.hub.enter(socket)
    both: list[asyncio.Task[None]] = [
        asyncio.create_task(_read(socket, receive)),
        asyncio.create_task(_write(socket, send)),
    ]
    try:
        first: set[asyncio.Future[Any]] = {*both, socket.ended}
        await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        if socket.ended.done():
            code, reason = socket.ended.result()
            with contextlib.suppress(TimeoutError, OSError):
                close = {"type": "websocket.close", "code": code, "reason": reason}
                await asyncio.wait_for(send(close), CLOSE_WITHIN)
    finally:
        for task in both:
            task.cancel()
        socket.hub.leave(socket)
        for ticket_id in list(socket.present):
            await ticket_protocol.leave(socket, ticket_id)
        await asyncio.gather(*both, return_exceptions=True)


async def _write(socket: Socket, send: Send) -> None:
    while True:
        await send({"type": "websocket.send", "text": await socket.waiting.get()})


async def _read(socket: Socket, receive: Receive) -> None:
    heard: deque[float] = deque(maxlen=MESSAGES_A_MINUTE)
    expiry = socket.credential.ends_at
    while (message := await receive())["type"] == "websocket.receive":
        if expiry is not None and expiry <= time.time():
            socket.close(messages.CREDENTIAL_CLOSE, "The access token has expired.")
            return
        await _handle(socket, message.get("text"), heard)


async def _handle(socket: Socket, text: str | None, heard: deque[float]) -> None:
    protocol, request_id = messages.TICKET, None
    try:
        message = messages.parse(text or "")
        request_id = messages.request_id_of(message)
        protocol, handler = PROTOCOLS.get(message["type"], (messages.TICKET, _unknown))
        _count(heard)
        await handler(Request(socket, protocol, message["data"], request_id))
    except DomainError as error:
        await socket.answer(messages.refusal(protocol, error, request_id))
    except Exception:  # one message that cannot be served must not end the connection
        logger.exception("a message could not be served")
        trouble = DomainError("Something went wrong here. Try again.", code="server_error")
        await socket.answer(messages.refusal(protocol, trouble, request_id))


def _count(heard: deque[float]) -> None:
    now = time.monotonic()
    if len(heard) == MESSAGES_A_MINUTE and now - heard[0] < 60:
        wait = int(60 - (now - heard[0])) + 1
        raise messages.TooManyMessages(
            f"More than {MESSAGES_A_MINUTE} messages in a minute. Try again in {wait} s.", retry_after=wait
        )
    heard.append(now)


async def _unknown(_: Request) -> None:
    raise messages.BadMessage(f"Unknown type. Choose one of {', '.join(sorted(PROTOCOLS))}.")
