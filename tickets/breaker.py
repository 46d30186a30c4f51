"""A circuit breaker for services that can fail, shared by all processes through the cache; `store` is another than the cache.

After some failures in a row nobody asks for a while; then one asker tries, and its result decides for all. Without a cache (Redis away)
it never opens.
"""

import time
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache


@dataclass(frozen=True)
class Breaker:
    """The state of one service. Seconds throughout."""

    name: str
    failures: int = 4
    within: float = 120.0
    rest: float = 30.0
    store: Any = field(default_factory=lambda: cache)

    @property
    def _count(self) -> str:
        return f"breaker:{self.name}:failures"

    @property
    def _until(self) -> str:
        return f"breaker:{self.name}:until"

    @property
    def _trial(self) -> str:
        return f"breaker:{self.name}:trial"

    def allows(self, now: float | None = None) -> bool:
        """Return whether to ask now. After a rest only one asker is let through until it tells how it went."""
        until = self.store.get(self._until)
        if until is None:
            return True
        return (now or time.time()) >= until and bool(self.store.add(self._trial, 1, self.rest))

    def resting(self, now: float | None = None) -> float:
        """Return for how many seconds nobody asks, 0 where somebody may. Looking changes nothing."""
        until = self.store.get(self._until)
        return max(until - (now or time.time()), 0.0) if until is not None else 0.0

    def succeeded(self) -> None:
        self.store.delete_many([self._count, self._until, self._trial])

    def failed(self, *, wait: float | None = None, now: float | None = None) -> None:
        """Count a failure; `wait` is how long the service asked to be left alone, which closes the door at once."""
        now = now or time.time()
        tried = self.store.get(self._until) is not None
        if wait is None and not tried and self._counted() < self.failures:
            return
        rest = max(self.rest if wait is None or tried else 0.0, wait or 0.0)
        self.store.set(self._until, now + rest, rest + self.within)
        self.store.delete(self._trial)

    def _counted(self) -> int:
        self.store.add(self._count, 0, self.within)
        try:
            return int(self.store.incr(self._count))
        except ValueError:  # gone in between
            return 1
