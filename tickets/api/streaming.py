"""Answers that are longer than what should be in memory at once."""

from collections.abc import AsyncIterator, Iterator
from typing import TypeVar

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

T = TypeVar("T", str, bytes)


def download(request: HttpRequest, chunks: Iterator[T], filename: str, content_type: str) -> StreamingHttpResponse:
    """Answer a file piece by piece, to be saved and never shown."""
    body = _in_threads(chunks) if isinstance(request, ASGIRequest) else chunks
    headers = {
        "Content-Disposition": content_disposition_header(True, filename) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return StreamingHttpResponse(body, content_type=content_type, headers=headers)


async def _in_threads(chunks: Iterator[T]) -> AsyncIterator[T]:
    """Draw each piece in a thread: a plain iterator would be read to its end before the first byte goes out."""

    def step() -> T | None:
        return next(chunks, None)

    while (chunk := await sync_to_async(step)()) is not None:
        yield chunk
