"""The cache is a convenience: the product goes on without it."""

import pytest

from tests.servers import Line
from tickets.caching import ForgivingRedisCache

OPTIONS = {"OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}}


@pytest.fixture(params=["hanging", "closed"])
def redis_in_trouble(request):
    with Line() as line:
        if request.param == "closed":
            line.close()
        yield line


def test_everything_is_a_miss_while_redis_is_in_trouble(redis_in_trouble):
    cache = ForgivingRedisCache(redis_in_trouble.url, OPTIONS)
    cache.set("a", 1)
    assert cache.get("a", "nothing") == "nothing"
    assert cache.add("a", 1) is True
    assert cache.get_many(["a", "b"]) == {}
    assert cache.get_or_set("a", lambda: 7) == 7
    assert "a" not in cache
    assert cache.delete("a") is False
    assert cache.touch("a") is False
    cache.set_many({"a": 1})
    cache.delete_many(["a"])
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")


def test_after_one_time_out_nobody_waits_for_a_while(redis_in_trouble):
    cache = ForgivingRedisCache(redis_in_trouble.url, OPTIONS)
    cache.get("a")
    before = redis_in_trouble.calls
    for _ in range(50):
        cache.get("a")
    assert redis_in_trouble.calls == before
