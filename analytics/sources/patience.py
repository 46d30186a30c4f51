"""Asking again: a few times and ever later where a system cannot be reached, not at all once it has failed for long."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache

from analytics.configuration.files import make_folder
from analytics.progress import pausing
from analytics.sources import SourceError
from tickets.breaker import Breaker

FOLDER = "breakers"
FAILURES = 5  # in a row, also over several runs
REST = 60.0  # seconds
LONGEST_WAIT = 60.0  # seconds between two tries


class Passing(Exception):
    """The system did not answer, or asks for a pause; `wait` is how long, where it said so."""

    def __init__(self, text: str, wait: float | None = None) -> None:
        super().__init__(text)
        self.wait = wait


@dataclass(frozen=True)
class Patience:
    """Tries in all, and the seconds before the second, doubling from there."""

    tries: int = 4
    first: float = 0.5
    sleep: Callable[[float], None] = time.sleep


PATIENT = Patience()


def breaker_of(name: str) -> Breaker:
    """Return the breaker of a system, which all runs of one person share; of this run only where nothing can be kept."""
    try:
        store: BaseCache = FileBasedCache(str(make_folder() / FOLDER), {})
    except OSError:
        store = LocMemCache(FOLDER, {})
    return Breaker(f"source:{name}", failures=FAILURES, rest=REST, store=store)


def patiently(ask: Callable[[], Any], name: str, breaker: Breaker, patience: Patience) -> Any:
    """Return what `ask` returns, asking again after Passing. Raises SourceError."""
    for left in reversed(range(patience.tries)):
        if not breaker.allows():
            rest = breaker.resting() or REST
            raise SourceError(f"{name} failed {FAILURES} times in a row and is left alone. Try again in {rest:.0f} s.")
        try:
            answer = ask()
        except Passing as error:
            if error.wait is None:  # who asks for a pause is well
                breaker.failed()
            wait = error.wait if error.wait is not None else patience.first * 2.0 ** (patience.tries - 1 - left)
            if not left or wait > LONGEST_WAIT:
                later = f" Try again in {wait:.0f} s." if error.wait else ""
                raise SourceError(
                    f"{name} {error}{later or ' Check the address and the network, and try again.'}"
                ) from None
            wait *= random.uniform(1.0, 1.5 if error.wait is None else 1.05)  # noqa: S311 - so that not all come back at once
            with pausing(name, wait):
                patience.sleep(wait)
        else:
            breaker.succeeded()
            return answer
    raise AssertionError("unreachable")
