"""How many requests a provider gets at once, over all processes: numbered places in the cache that free themselves."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache


@contextmanager
def place(name: str, places: int, seconds: float) -> Iterator[bool]:
    """Hold one of `places` while the block runs; False where all are taken. A crashed holder's place is free after `seconds`."""
    keys = (f"ai:place:{name}:{number}" for number in range(places))
    taken = next((key for key in keys if cache.add(key, 1, seconds)), None)
    try:
        yield taken is not None
    finally:
        if taken is not None:
            cache.delete(taken)
