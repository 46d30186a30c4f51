"""Which connection a change comes from, so that it is not sent back there.

Reactions run inside the action that they react to, in the same thread; the one who brings news in says so around that action.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_bringing: ContextVar[int | None] = ContextVar("bringing", default=None)


@contextmanager
def news_from(connection: int) -> Iterator[None]:
    """Say that what happens inside comes from this connection (its id)."""
    token = _bringing.set(connection)
    try:
        yield
    finally:
        _bringing.reset(token)


def bringing() -> int | None:
    """Return the id of the connection whose news are being written down, if that is so."""
    return _bringing.get()
