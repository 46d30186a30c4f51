"""How fast we may ask: so many calls in so many seconds, counted by all workers together on the cache."""

import time
from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True)
class Rate:
    calls: int
    seconds: int


def wait_for(name: str, rate: Rate, now: float | None = None) -> float:
    """Count one call; return 0 where it may be made, else the seconds until the next window. Without a cache it may."""
    now = time.time() if now is None else now
    window = int(now // rate.seconds)
    key = f"rate:{name}:{window}"
    cache.add(key, 0, rate.seconds * 2)
    try:
        used = int(cache.incr(key))
    except ValueError:
        return 0.0
    return 0.0 if used <= rate.calls else (window + 1) * rate.seconds - now
