"""A client of `/ws` for tests."""

import json
from contextlib import asynccontextmanager

from channels.db import database_sync_to_async as sync_to_async
from channels.testing import WebsocketCommunicator

from tickets.accounts.tokens import tokens_for
from tickets.choices import Channel
from tickets.live.consumer import live
from tickets.publisher import publisher

SOON = 3.0  # seconds; far more than it takes


def token_for(user):
    return tokens_for(user)["access_token"]


class Client:
    def __init__(self, socket):
        self.socket = socket

    async def say(self, kind, request_id=None, **data):
        message = {"type": kind, "data": data} | ({"request_id": request_id} if request_id else {})
        await self.socket.send_to(text_data=json.dumps(message))

    async def ask(self, kind, **data):
        """Send a message and return what comes next."""
        await self.say(kind, **data)
        return await self.hear()

    async def hear(self):
        return json.loads(await self.socket.receive_from(timeout=SOON))

    async def hear_until(self, kind):
        """Return everything up to the first message of this type."""
        heard = [await self.hear()]
        while heard[-1]["type"] != kind:
            heard.append(await self.hear())
        return heard

    async def silence(self):
        """Everything that was said has arrived, and nothing of it here."""
        await sync_to_async(publisher.wait_until_quiet)()
        assert await self.ask("get_job_status", job_id=0) | {"timestamp": ""} == {
            "type": "error",
            "protocol": "file",
            "success": False,
            "timestamp": "",
            "data": {"code": "invalid", "status": 400, "errors": {"job_id": ["Send a whole number."]}},
            "error": "job_id must be a whole number.",
        }

    async def closed(self):
        while (message := await self.socket.receive_output(timeout=SOON))["type"] != "websocket.close":
            pass
        return message["code"]


@asynccontextmanager
async def connected(user, *, path=None, headers=()):
    path = path or f"/ws?token={await sync_to_async(token_for)(user)}"
    await sync_to_async(publisher.wait_until_quiet)()
    socket = WebsocketCommunicator(live, path, headers=list(headers))
    assert (await socket.connect(timeout=SOON))[0]
    try:
        yield Client(socket)
    finally:
        await socket.disconnect()


async def act(action, **arguments):
    return await sync_to_async(action)(via=Channel.WEB, **arguments)
