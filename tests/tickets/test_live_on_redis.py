"""Live updates go on when the line to Redis was cut."""

from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings

from tests.servers import wait_until
from tests.sockets import act, connected, sync_to_async
from tickets.actions.conversation import add_comment
from tickets.live.hub import hub

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("publishing"),
    pytest.mark.skipif(not settings.REDIS_URL, reason="needs a real Redis: set REDIS_URL"),
]


def lines(admin):
    """Return the connections on which this test's database is listened to."""
    number = urlsplit(settings.REDIS_URL).path[1:] or "0"
    return {line["id"] for line in admin.client_list(_type="pubsub") if line["db"] == number}


def cut_lines():
    """Have Redis close these connections; returns them."""
    with redis.Redis.from_url(settings.REDIS_URL) as admin:
        return {line for line in lines(admin) if admin.client_kill_filter(_id=line)}


def wait_for_other_lines(old):
    """Wait until everybody is back: the hub of a server that another test left running listens here too."""
    with redis.Redis.from_url(settings.REDIS_URL) as admin:
        wait_until(lambda: len(lines(admin) - old) >= len(old), what="every hub on a new line")


async def test_news_come_again_after_redis_dropped_the_line(ticket, tess, carl):
    async with connected(carl) as client:
        await client.ask("subscribe_ticket", ticket_id=ticket.pk)
        cut = await sync_to_async(cut_lines)()
        assert cut
        await act(add_comment, ticket=ticket, by=tess, body="said into a dead line, or not")
        for _ in range(2):
            await hub().look()
        assert (await client.hear())["data"]["content"] == "said into a dead line, or not"
        await sync_to_async(wait_for_other_lines)(cut)
        await act(add_comment, ticket=ticket, by=tess, body="said into the new one")
        while (await client.hear())["data"].get("content") != "said into the new one":
            pass
