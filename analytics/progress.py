"""What is going on, for whoever sits at a terminal. Nothing is said where stderr goes elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

CLEAR = "\r\x1b[K"


@contextmanager
def working(on: str) -> Iterator[Callable[[int], None]]:
    """Show a line while something takes its time, and take it away again; call what is yielded with how many tickets were read."""

    def say(text: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"{CLEAR}{text}")
            sys.stderr.flush()

    say(f"{on} …")
    try:
        yield lambda count: say(f"{on}: {count:,} tickets …")
    finally:
        say("")
