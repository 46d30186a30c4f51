"""How soon a change reaches the open pages: 1,000 sockets follow one ticket, and 30 changes are made to it.

Measured from sending the request that makes the change, so the write itself is part of it: an upper bound of commit → socket.
"""

import asyncio
import json
import os
import time
from urllib.request import Request, urlopen

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.figures import Figure
from benchmarks.servers import product
from tickets.accounts.tokens import tokens_for
from tickets.actions.tickets import create_ticket
from tickets.choices import Channel, Role
from tickets.models import Ticket, User

SOCKETS = int(os.environ.get("BENCH_SOCKETS", "1000"))
PEOPLE = 40  # one person may hold 50 sockets
CHANGES = 30
AT_ONCE = 40  # connections being made at the same time
Times = list[float]


def measure(embedded: bool) -> list[Figure]:
    """Return the median and the 99th percentile in ms."""
    if not embedded and not os.environ.get("REDIS_URL"):
        print("push_latency needs REDIS_URL where there are two web processes; left out")
        return []
    people = [person(number) for number in range(PEOPLE)]
    ticket = create_ticket(by=people[0], via=Channel.API, fields={"title": "Everybody looks at this one"})
    tokens = [tokens_for(user)["access_token"] for user in people]
    with product(embedded) as port:
        times = sorted(asyncio.run(latencies(port, ticket, tokens)))
    return [
        Figure(f"push to {SOCKETS:,} sockets, p50", times[len(times) // 2] * 1000, "ms", 200),
        Figure(f"push to {SOCKETS:,} sockets, p99", times[len(times) * 99 // 100] * 1000, "ms", 200),
    ]


def person(number: int) -> User:
    email = f"push-{number}@example.com"
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email, role=Role.TECHNICIAN)


async def latencies(port: int, ticket: Ticket, tokens: list[str]) -> Times:
    """Return the time from each change to each socket."""
    gate = asyncio.Semaphore(AT_ONCE)
    opening = [follow(port, ticket.pk, tokens[number % PEOPLE], gate) for number in range(SOCKETS)]
    sockets = await asyncio.gather(*opening)
    times: Times = []
    for number in range(CHANGES + 1):
        hearing = [asyncio.create_task(hear(socket, ticket.version + number + 1)) for socket in sockets]
        began = time.perf_counter()
        await asyncio.to_thread(change, port, ticket.pk, tokens[0], f"Look number {number}")
        heard = await asyncio.gather(*hearing)
        if number:  # the first one warms up
            times += [moment - began for moment in heard]
    await asyncio.gather(*(socket.close() for socket in sockets))
    return times


async def follow(port: int, ticket_id: int, token: str, gate: asyncio.Semaphore) -> ClientConnection:
    async with gate:
        socket = await connect(f"ws://127.0.0.1:{port}/ws?token={token}", compression=None, open_timeout=60)
        await socket.send(json.dumps({"type": "subscribe_ticket", "data": {"ticket_id": ticket_id}}))
        await socket.recv()
        return socket


async def hear(socket: ClientConnection, version: int) -> float:
    """Return when the news of this version came."""
    async with asyncio.timeout(30):
        while f'"version":{version},' not in str(await socket.recv()):
            pass
        return time.perf_counter()


def change(port: int, ticket_id: int, token: str, title: str) -> None:
    body = json.dumps({"title": title}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = Request(f"http://127.0.0.1:{port}/api/v1/tickets/{ticket_id}", body, headers, method="PATCH")
    with urlopen(request, timeout=30) as answer:
        assert answer.status == 200
