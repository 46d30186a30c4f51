"""Bodies that are too large are refused while they arrive. Django reads a whole request onto the disk before any view can say no."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from tickets.api.problems import CONTENT_TYPE, problem
from ticketsite.middleware import request_id

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]
OVERHEAD = 1_000_000  # bytes a form may add to the largest file


class TooMuch(Exception):
    """Raised into the reading of a body."""


def limited(app: App) -> App:
    """Return the application behind a limit on the bytes of a request, announced or not."""

    async def serve(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        limit = settings.MAX_UPLOAD_BYTES + OVERHEAD
        if _announced(scope) > limit:
            await _refuse(scope, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise TooMuch
            return message

        try:
            await app(scope, counted, send)
        except TooMuch:
            await _refuse(scope, send)

    return serve


def _announced(scope: dict[str, Any]) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


async def _refuse(scope: Mapping[str, Any], send: Send) -> None:
    given = dict(scope["headers"])
    name = request_id(given.get(b"x-request-id", b"").decode("latin-1"))
    megabytes = settings.MAX_UPLOAD_BYTES // 1024**2
    if b"text/html" in given.get(b"accept", b"") and not scope["path"].startswith("/api/"):
        detail = (
            f"Files may have {megabytes} MB together. Go back and choose smaller ones; what you wrote is kept there."
        )
        kind = "text/html; charset=utf-8"
        body = render_to_string("400.html", {"title": "Too large", "detail": detail}).encode()
    else:
        detail = f"Send at most {megabytes} MB at once."
        kind = CONTENT_TYPE
        body = json.dumps(problem(413, "too_large", "Too large", detail, request_id=name)).encode()
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", name.encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
