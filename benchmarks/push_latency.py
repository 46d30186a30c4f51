"""How soon a change reaches the open pages: 1,000 sockets of 40 people follow one ticket, and 60 changes are made to it.

Counted from the event's own time, which is taken inside the transaction just before its commit, to the moment the bytes are with the
client. Every socket hears of every change, the most a desk can ask for; the kernel spreads them over the web processes, and how is
printed. The clients live in this process and share the cores with the server; how much of them they take is printed too.
"""

import asyncio
import json
import os
import time
from datetime import datetime
from typing import cast
from urllib.request import Request, urlopen

import uvloop
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from benchmarks.figures import Figure
from benchmarks.servers import product
from tickets.accounts.tokens import tokens_for
from tickets.actions.tickets import create_ticket
from tickets.choices import Channel, Role
from tickets.models import Ticket, User

SOCKETS = int(os.environ.get("BENCH_SOCKETS", "1000"))
PEOPLE = 40  # one person may hold 50 sockets of a process
CHANGES = 60
WARM_UP = 4  # changes that are not counted, so that each web process has served one
AT_ONCE = 40  # connections being made at the same time
PATIENCE = 30  # seconds


def measure(embedded: bool) -> list[Figure]:
    """Return the median and the 99th percentile in ms."""
    if not embedded and not os.environ.get("REDIS_URL"):
        print("push_latency needs REDIS_URL where there are two web processes; left out")
        return []
    people = [person(number) for number in range(PEOPLE)]
    ticket = create_ticket(by=people[0], via=Channel.API, fields={"title": "Everybody looks at this one"})
    tokens = [tokens_for(user)["access_token"] for user in people]
    with product(embedded) as port:
        times = sorted(uvloop.run(latencies(port, ticket, tokens)))
    return [
        Figure(f"push to {SOCKETS:,} sockets, p50", times[len(times) // 2] * 1000, "ms", 200),
        Figure(f"push to {SOCKETS:,} sockets, p99", times[len(times) * 99 // 100] * 1000, "ms", 200),
    ]


def person(number: int) -> User:
    email = f"push-{number}@example.com"
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email, role=Role.TECHNICIAN)


class Reader(asyncio.Protocol):
    """A WebSocket client that does little more than note when a message came."""

    def __init__(self, address: str) -> None:
        self.wire = ClientProtocol(parse_uri(address), max_size=None)
        self.heard: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.wire.send_request(self.wire.connect())
        self.write()

    def data_received(self, data: bytes) -> None:
        now = time.time()
        self.wire.receive_data(data)
        for event in self.wire.events_received():
            if not isinstance(event, Frame):
                self.heard.put_nowait((now, b"connected"))
            elif event.opcode is Opcode.TEXT:
                self.heard.put_nowait((now, bytes(event.data)))
        self.write()

    def write(self) -> None:
        for data in self.wire.data_to_send():
            if data:
                self.transport.write(data)

    def say(self, message: dict[str, object]) -> None:
        self.wire.send_text(json.dumps(message).encode())
        self.write()


async def latencies(port: int, ticket: Ticket, tokens: list[str]) -> list[float]:
    """Return the time from each change to each socket."""
    gate = asyncio.Semaphore(AT_ONCE)
    opening = [follow(port, ticket.pk, tokens[number % PEOPLE], gate) for number in range(SOCKETS)]
    readers = await asyncio.gather(*opening)
    print(f"sockets of the web processes: {await asyncio.to_thread(spread, port)}")
    times: list[float] = []
    busy = 0.0
    for number in range(WARM_UP + CHANGES):
        began = time.process_time()
        await asyncio.to_thread(change, port, ticket.pk, tokens[0], f"Look number {number}")
        async with asyncio.timeout(PATIENCE):
            heard = [await reader.heard.get() for reader in readers]
        if number >= WARM_UP:
            busy += time.process_time() - began
            times += since_the_event(heard)
    for reader in readers:
        reader.transport.close()
    print(f"the {SOCKETS:,} clients took {busy / CHANGES * 1000:.0f} ms of CPU for each change", flush=True)
    return times


async def follow(port: int, ticket_id: int, token: str, gate: asyncio.Semaphore) -> Reader:
    async with gate, asyncio.timeout(PATIENCE):
        address = f"ws://127.0.0.1:{port}/ws?token={token}"
        loop = asyncio.get_running_loop()
        _, reader = await loop.create_connection(lambda: Reader(address), "127.0.0.1", port)
        await reader.heard.get()
        reader.say({"type": "subscribe_ticket", "data": {"ticket_id": ticket_id}})
        await reader.heard.get()
        return reader


def spread(port: int) -> list[int]:
    """Return how many sockets each process holds that answers one of many requests."""
    counts: set[int] = set()
    for _ in range(40):
        with urlopen(f"http://127.0.0.1:{port}/api/v1/websocket/health", timeout=PATIENCE) as answer:
            counts.add(json.load(answer)["active_connections"])
    return sorted(counts)


def since_the_event(heard: list[tuple[float, bytes]]) -> list[float]:
    """Return how long after the event each of its messages came; they are all the same message."""
    (message,) = {text for _, text in heard}
    happened = datetime.fromisoformat(json.loads(message)["data"]["timestamp"]).timestamp()
    return [moment - happened for moment, _ in heard]


def change(port: int, ticket_id: int, token: str, title: str) -> None:
    body = json.dumps({"title": title}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = Request(f"http://127.0.0.1:{port}/api/v1/tickets/{ticket_id}", body, headers, method="PATCH")
    with urlopen(request, timeout=PATIENCE) as answer:
        assert answer.status == 200
