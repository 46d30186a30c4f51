"""The sketches of all sentence vectors in this process: 48 bytes a ticket, read once and then only what is new."""

import threading
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ai.models import SentenceVector
from ai.similar import semantic

BYTES = semantic.SIZE // 8
PART = 20_000


@dataclass
class Held:
    """Rows in the order of their numbers. A ticket whose text changed stands twice; the newer one is right, the older does no harm."""

    last: int = 0
    tickets: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    rows: NDArray[np.uint64] = field(default_factory=lambda: np.empty((0, BYTES // 8), np.uint64))


_lock = threading.Lock()
_held = Held()


def nearest(asked: bytes, count: int) -> list[int]:
    """Return the numbers of the `count` tickets whose sketches differ least, nearest first. Not filtered."""
    held = _fresh()
    near = semantic.nearest(asked, held.rows, count)
    return list(dict.fromkeys(held.tickets[near].tolist()))


def forget() -> None:
    """Let go of what is held; the next question reads it again."""
    global _held
    with _lock:
        _held = Held()


def _fresh() -> Held:
    global _held
    with _lock:
        while True:
            new = SentenceVector.objects.filter(pk__gt=_held.last).order_by("pk")
            found = list(new.values_list("pk", "ticket_id", "sketch")[:PART])
            if found:
                sketches = np.frombuffer(b"".join(bytes(row[2]) for row in found), np.uint64)
                _held = Held(
                    found[-1][0],
                    np.concatenate([_held.tickets, np.array([row[1] for row in found], np.int64)]),
                    np.concatenate([_held.rows, sketches.reshape(-1, BYTES // 8)]),
                )
            if len(found) < PART:
                return _held
