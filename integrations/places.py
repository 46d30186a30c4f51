"""Places at a system: so many calls of one connection at once in this process, that one which hangs leaves couriers for the others.

Who finds none is told when one should be free: each a call's usual length after the one told before, so that a long line of waiting
rows comes back one by one instead of all at once and in vain.
"""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import BoundedSemaphore, Lock

from integrations.errors import Busy

AT_ONCE = 3
SHORTEST_WAIT, LONGEST_WAIT = 0.5, 60.0  # seconds
GUESS = 0.5  # seconds that a call takes, until some were seen
NEWEST = 0.1  # the weight of the newest call in the usual length


class Places:
    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._free = BoundedSemaphore(at_once)
        self._lock = Lock()
        self._at_once = at_once
        self._usual = GUESS
        self._promised = 0.0  # until when places are given away, on the monotonic clock

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a place. Raises Busy at once where all are taken."""
        if not self._free.acquire(blocking=False):
            raise Busy("Is being asked already; going on in a moment.", self.wait(time.monotonic()))
        began = time.monotonic()
        try:
            yield
        finally:
            self.took(time.monotonic() - began)
            self._free.release()

    def took(self, seconds: float) -> None:
        with self._lock:
            self._usual += NEWEST * (seconds - self._usual)

    def wait(self, now: float) -> float:
        """Return for how many seconds the next one in the line waits; each asker is one more in it."""
        with self._lock:
            self._promised = max(self._promised, now + SHORTEST_WAIT) + self._usual / self._at_once
            self._promised = min(self._promised, now + LONGEST_WAIT)
            return self._promised - now


_places: dict[str, Places] = {}


def place_of(name: str) -> AbstractContextManager[None]:
    """Return the context that holds a place of the connection of that name. Entering it raises Busy where there is none."""
    return _places.setdefault(name, Places()).one()
