"""The real application on a free port, in a thread of this process, so that tests and pages share one database."""

import socket
import threading
import time
from typing import Any

import uvicorn
from django.utils.module_loading import import_string


class Counted:
    """An ASGI application that knows how many requests and sockets it is busy with."""

    def __init__(self, path: str) -> None:
        self.application = import_string(path)
        self.busy = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.busy += 1
        try:
            await self.application(scope, receive, send)
        finally:
            self.busy -= 1


class Server:
    """Uvicorn with the ASGI application; a context manager. `url` has no slash at the end."""

    def __init__(self) -> None:
        self._application = Counted("ticketsite.asgi.application")
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(self._application, log_config=None, lifespan="off", access_log=False)
        self._uvicorn = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._uvicorn.run, args=([self._socket],), daemon=True)

    def __enter__(self) -> "Server":
        self._thread.start()
        give_up = time.monotonic() + 20
        while not self._uvicorn.started:
            assert self._thread.is_alive(), "the server did not start"
            assert time.monotonic() < give_up, "the server took too long to start"
            time.sleep(0.01)
        return self

    def wait_until_idle(self) -> None:
        """Wait for what browsers asked for before they were closed; it still reads tables that the next test wants empty."""
        give_up = time.monotonic() + 20
        while self._application.busy:
            assert time.monotonic() < give_up, "a request or a socket does not end"
            time.sleep(0.01)

    def __exit__(self, *_: object) -> None:
        self._uvicorn.should_exit = self._uvicorn.force_exit = True
        self._thread.join(10)
