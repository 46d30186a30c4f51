"""Live updates go on when the line to Redis was cut."""

import asyncio
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings

from tests.sockets import act, connected, sync_to_async
from tickets.actions.conversation import add_comment
from tickets.live.hub import hub

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("publishing"),
    pytest.mark.skipif(not settings.REDIS_URL, reason="needs a real Redis: set REDIS_URL"),
]


def cut_lines():
    """Have Redis close the connections on which this test's database is listened to; returns how many."""
    with redis.Redis.from_url(settings.REDIS_URL) as admin:
        number = urlsplit(settings.REDIS_URL).path[1:] or "0"
        lines = [line["id"] for line in admin.client_list(_type="pubsub") if line["db"] == number]
        return sum(admin.client_kill_filter(_id=line) for line in lines)


async def test_news_come_again_after_redis_dropped_the_line(ticket, tess, carl):
    async with connected(carl) as client:
        await client.ask("subscribe_ticket", ticket_id=ticket.pk)
        assert await sync_to_async(cut_lines)()
        await act(add_comment, ticket=ticket, by=tess, body="said into a dead line, or not")
        for _ in range(2):
            await hub().look()
        assert (await client.hear())["data"]["content"] == "said into a dead line, or not"
        await asyncio.sleep(2)  # time to dial again
        await act(add_comment, ticket=ticket, by=tess, body="said into the new one")
        while (await client.hear())["data"].get("content") != "said into the new one":
            pass
