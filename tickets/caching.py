"""The shared cache, which the product can do without."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

T = TypeVar("T")
PAUSE_AFTER_FAILURE = (
    5.0  # seconds in which everything is a miss at once, instead of each asker waiting for its own time-out
)


class ForgivingClient(RedisCacheClient):
    """Redis as a cache: when it is gone or hangs, everything is a miss, nothing fails and nobody waits twice."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._deaf_until = 0.0

    def _ask(self, question: Callable[[], T], otherwise: T) -> T:
        if time.monotonic() < self._deaf_until:
            return otherwise
        try:
            return question()
        except RedisError:
            self._deaf_until = time.monotonic() + PAUSE_AFTER_FAILURE
            return otherwise

    def get(self, key: Any, default: Any) -> Any:
        return self._ask(lambda: super(ForgivingClient, self).get(key, default), default)

    def get_many(self, keys: Any) -> Any:
        nothing: dict[Any, Any] = {}
        return self._ask(lambda: super(ForgivingClient, self).get_many(keys), nothing)

    def has_key(self, key: Any) -> bool:
        return self._ask(lambda: super(ForgivingClient, self).has_key(key), False)

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        return self._ask(lambda: super(ForgivingClient, self).add(key, value, timeout), True)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        self._ask(lambda: super(ForgivingClient, self).set(key, value, timeout), None)

    def set_many(self, data: Any, timeout: Any) -> None:
        self._ask(lambda: super(ForgivingClient, self).set_many(data, timeout), None)

    def touch(self, key: Any, timeout: Any) -> bool:
        return self._ask(lambda: super(ForgivingClient, self).touch(key, timeout), False)

    def delete(self, key: Any) -> bool:
        return self._ask(lambda: super(ForgivingClient, self).delete(key), False)

    def delete_many(self, keys: Any) -> None:
        self._ask(lambda: super(ForgivingClient, self).delete_many(keys), None)

    def incr(self, key: Any, delta: Any) -> Any:
        found = self._ask(lambda: super(ForgivingClient, self).incr(key, delta), None)
        if found is None:
            raise ValueError(f"Key '{key}' not found.")  # what Django's caches say to a miss
        return found


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache with a client that forgives."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ForgivingClient
