"""How many may do something at once in this process. Nobody waits: who finds no seat does it another way."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Seats:
    """A number of seats."""

    def __init__(self, number: int) -> None:
        self._free = threading.BoundedSemaphore(number)

    @contextmanager
    def one(self) -> Iterator[bool]:
        """Hold a seat while the block runs; False where all are taken."""
        has = self._free.acquire(blocking=False)
        try:
            yield has
        finally:
            if has:
                self._free.release()
