"""Saying things to the broker and the channel layer without ever holding up, or failing, the one who says them.

One daemon thread per process drains a bounded queue. What is said here may be lost: rows of work are found again by the sweep,
and a socket client sees a gap in the version numbers and asks for what it missed.
"""

import atexit
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

logger = logging.getLogger(__name__)
CAPACITY = 10_000
AT_ONCE = 200
LAST_WORDS = 1.0  # seconds that a process which ends waits for what it said, say a command that sends a mail
PAUSE_AFTER_FAILURE = 2.0  # seconds in which everything is dropped instead of each waiting for its own time-out

Said = tuple[Callable[[list[Any]], None], Any]


class Publisher:
    """A queue and the thread that empties it; made anew after a fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: queue.Queue[Said] = queue.Queue(CAPACITY)
        self._owner = 0
        self._deaf_until: dict[Callable[..., None], float] = {}
        self.lost = 0

    def say(self, function: Callable[[list[Any]], None], item: Any) -> None:
        """Have `function([item, …])` called soon on the publisher's thread, with what else waits for it. Never blocks, never raises."""
        if self._owner != os.getpid():
            self._start()
        try:
            self._queue.put_nowait((function, item))
        except queue.Full:
            self.lost += 1

    def wait_until_quiet(self, seconds: float = 5.0) -> bool:
        """Block until what was said so far is out; for a clean stop and for tests. Returns whether it is."""
        end = time.monotonic() + seconds
        while self._queue.unfinished_tasks and time.monotonic() < end:
            time.sleep(0.005)
        return not self._queue.unfinished_tasks

    def _start(self) -> None:
        with self._lock:
            if self._owner != os.getpid():
                self._queue = queue.Queue(CAPACITY)
                self._owner = os.getpid()
                threading.Thread(target=self._drain, name="publisher", daemon=True).start()
                atexit.register(self.wait_until_quiet, LAST_WORDS)

    def _drain(self) -> None:
        while True:
            waiting = [self._queue.get(), *self._more()]
            for function, said in groupby(waiting, key=lambda pair: pair[0]):
                self._call(function, [item for _, item in said])
            for _ in waiting:
                self._queue.task_done()

    def _more(self) -> Iterator[Said]:
        for _ in range(AT_ONCE - 1):
            try:
                yield self._queue.get_nowait()
            except queue.Empty:
                return

    def _call(self, function: Callable[[list[Any]], None], items: list[Any]) -> None:
        if time.monotonic() < self._deaf_until.get(function, 0.0):
            self.lost += len(items)
            return
        try:
            function(items)
        except Exception as error:  # noqa: BLE001 - one bad publish must not end the thread
            self.lost += len(items)
            self._deaf_until[function] = time.monotonic() + PAUSE_AFTER_FAILURE
            logger.warning("publishing failed, pausing", extra={"error": type(error).__name__, "lost": len(items)})


publisher = Publisher()
