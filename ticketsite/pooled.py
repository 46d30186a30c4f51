"""Django's ASGI handler with the whole of a request on one lasting thread.

As it comes, the handler makes a thread and a database connection for each request, hops between loop and thread for every middleware
and signal, and watches for a disconnect that no view of ours asks about: as much CPU again as a ticket list. Bodies are still read by
the loop, so slow uploads hold no thread.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
REQUESTS_AT_ONCE = 32  # more wait; most of a request is waiting for the database


class PooledHandler(ASGIHandler):
    """Serves pages and API."""

    def __init__(self) -> None:
        super().__init__()
        self.threads = ThreadPoolExecutor(REQUESTS_AT_ONCE, thread_name_prefix="request")

    def load_middleware(self, is_async: bool = False) -> None:
        """Load it for threads, whatever the base class asks for."""
        super().load_middleware(is_async=False)

    async def handle(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        response = await self._in_thread(self._respond, scope, body)
        if response.streaming:
            try:
                await self._stream(response, receive, send)
            finally:
                await self._in_thread(response.close)
        else:
            await self.send_response(response, send)

    async def _in_thread(self, work: Callable[..., Any], *given: Any) -> Any:
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self.threads, context.run, work, *given)

    def _respond(self, scope: dict[str, Any], body: Any) -> Any:
        """Return the answer; one that does not stream has let go of the connection and the body already."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self._answer(request)
        response._handler_class = self.__class__  # names the sender of request_finished
        if not response.streaming:
            response.close()
            body.close()
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        return response

    async def _stream(self, response: HttpResponseBase, receive: Receive, send: Send) -> None:
        """Send piece by piece, until the end or until nobody listens any more."""
        sending = asyncio.ensure_future(self.send_response(response, send))
        leaving = asyncio.ensure_future(receive())
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            for task in (sending, leaving):
                task.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
