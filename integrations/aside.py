"""Rows of an answer that cannot be read: gathered while a provider is asked, for whoever asks to keep them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from integrations.choices import RowKind


@dataclass(frozen=True)
class Unread:
    """A row as it came; `remote_id` is empty where it names none. `why` repeats nothing of the row."""

    kind: RowKind
    remote_id: str
    why: str
    raw: object


_gathered: ContextVar[list[Unread] | None] = ContextVar("gathered", default=None)


@contextmanager
def gathering() -> Iterator[list[Unread]]:
    """Yield the list that rows are put on which cannot be read inside."""
    rows: list[Unread] = []
    token = _gathered.set(rows)
    try:
        yield rows
    finally:
        _gathered.reset(token)


def put_aside(row: Unread) -> None:
    """Put a row on the list, if somebody keeps one."""
    rows = _gathered.get()
    if rows is not None:
        rows.append(row)
