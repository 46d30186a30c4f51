"""Work with the database for code on an event loop: on a thread, which gives its connection back afterwards."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connections


async def aside(work: Callable[..., Any], *given: Any) -> Any:
    """Run `work` on the thread of whoever waits for this, or on that of the surrounding `ThreadSensitiveContext`."""
    return await sync_to_async(and_close, thread_sensitive=True)(work, *given)


def and_close(work: Callable[..., Any], *given: Any) -> Any:
    """Run `work`, then let go of the connection."""
    try:
        return work(*given)
    finally:
        let_go()


def let_go() -> None:
    """Give back this thread's connections, unless a transaction is open: what comes next may take long, and others need them."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
