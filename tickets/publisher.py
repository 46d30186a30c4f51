"""Saying things to the broker and the channel layer without ever holding up, or failing, the one who says them.

One daemon thread per process drains a bounded queue. What is said here may be lost: rows of work are found again by the sweep,
and a socket client sees a gap in the version numbers and asks for what it missed.
"""

import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

logger = logging.getLogger(__name__)
CAPACITY = 10_000
PAUSE_AFTER_FAILURE = 2.0  # seconds in which everything is dropped instead of each waiting for its own time-out


class Publisher:
    """A queue and the thread that empties it; made anew after a fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: queue.Queue[tuple[Callable[..., Any], tuple[Any, ...]]] = queue.Queue(CAPACITY)
        self._owner = 0
        self._deaf_until = 0.0
        self.lost = 0

    def say(self, function: Callable[..., Any], *args: Any) -> None:
        """Have `function(*args)` called soon, on the publisher's thread. Never blocks, never raises."""
        if self._owner != os.getpid():
            self._start()
        try:
            self._queue.put_nowait((function, args))
        except queue.Full:
            self.lost += 1

    def wait_until_quiet(self, seconds: float = 5.0) -> None:
        """Block until what was said so far is out; for a clean stop and for tests."""
        end = time.monotonic() + seconds
        while self._queue.unfinished_tasks and time.monotonic() < end:
            time.sleep(0.005)

    def _start(self) -> None:
        with self._lock:
            if self._owner != os.getpid():
                self._queue = queue.Queue(CAPACITY)
                self._owner = os.getpid()
                threading.Thread(target=self._drain, name="publisher", daemon=True).start()

    def _drain(self) -> None:
        while True:
            function, args = self._queue.get()
            try:
                if time.monotonic() < self._deaf_until:
                    self.lost += 1
                else:
                    function(*args)
            except Exception as error:  # noqa: BLE001 - one bad publish must not end the thread
                self.lost += 1
                self._deaf_until = time.monotonic() + PAUSE_AFTER_FAILURE
                logger.warning("publishing failed, pausing", extra={"error": type(error).__name__})
            finally:
                self._queue.task_done()


publisher = Publisher()
