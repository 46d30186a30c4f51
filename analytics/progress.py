"""What is going on, for whoever sits at a terminal. Nothing is said where stderr goes elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

CLEAR = "\r\x1b[K"


def _say(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"{CLEAR}{text}")
        sys.stderr.flush()


@contextmanager
def working(on: str) -> Iterator[Callable[[int], None]]:
    """Show a line while something takes its time, and take it away again; call what is yielded with how many tickets were read."""
    _say(f"{on} …")
    try:
        yield lambda count: _say(f"{on}: {count:,} tickets …")
    finally:
        _say("")


@contextmanager
def pausing(name: str, seconds: float) -> Iterator[None]:
    """Say that a system wants to be left alone for so long, while it is."""
    _say(f"{name}: going on in {seconds:.0f} s …")
    yield
    _say(f"{name} …")
