"""What is going on, for whoever sits at a terminal. Nothing is said where stderr goes elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

CLEAR = "\r\x1b[K"


@contextmanager
def working(on: str) -> Iterator[None]:
    """Show a line while something takes its time, and take it away again."""
    if not sys.stderr.isatty():
        yield
        return
    sys.stderr.write(f"{CLEAR}{on} …")
    sys.stderr.flush()
    try:
        yield
    finally:
        sys.stderr.write(CLEAR)
        sys.stderr.flush()
