"""Django's ASGI handler with the whole of a request on one lasting thread.

As it comes, the handler makes a thread and a database connection for each request and hops between loop and thread for every
middleware, which costs as much CPU again as a ticket list. Bodies are still read by the loop, so slow uploads hold no thread.
"""

import asyncio
import contextvars
from concurrent.futures import ThreadPoolExecutor

from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

REQUESTS_AT_ONCE = 32  # more wait; most of a request is waiting for the database


class PooledHandler(ASGIHandler):
    """Serves pages and API."""

    def __init__(self) -> None:
        super().__init__()
        self.threads = ThreadPoolExecutor(REQUESTS_AT_ONCE, thread_name_prefix="request")

    def load_middleware(self, is_async: bool = False) -> None:
        """Load it for threads, whatever the base class asks for."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads, context.run, self._respond, request)

    def _respond(self, request: HttpRequest) -> HttpResponseBase:
        close_old_connections()  # the signals that do this for others run elsewhere
        try:
            return self.get_response(request)
        finally:
            close_old_connections()
