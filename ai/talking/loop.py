"""The event loop on which answers are written: one thread for all conversations of the process, begun with the first.

A model thinks for seconds. A request that waited for it would hold a thread of the web server, and a task one of the two workers.
"""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any


class LoopThread:
    """A thread with an event loop that runs as long as the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Have the work done; from any thread, without waiting."""
        asyncio.run_coroutine_threadsafe(work, self._running())

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="conversations", daemon=True).start()
            return self._loop


conversations = LoopThread()
