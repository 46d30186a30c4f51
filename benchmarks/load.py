"""A small HTTP client for load: keep-alive connections, one request at a time on each, times to the millisecond and below."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

BETWEEN_CONNECTIONS = 0.01  # seconds


@dataclass(frozen=True)
class Request:
    path: str
    method: str = "GET"
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def encode(self) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: 127.0.0.1", *(f"{k}: {v}" for k, v in self.headers)]
        if self.body:
            lines += [f"Content-Length: {len(self.body)}", "Content-Type: application/json"]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass
class Result:
    """`times` in milliseconds, and what was answered."""

    times: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0

    def percentile(self, share: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds if self.seconds else 0.0

    def check(self, expected: int) -> "Result":
        wrong = {status: n for status, n in self.statuses.items() if status != expected}
        if wrong:
            raise SystemExit(f"expected only {expected}, got {self.statuses}")
        return self


class Connection:
    def __init__(self, port: int) -> None:
        self.port = port

    async def open(self) -> "Connection":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def send(self, request: bytes) -> tuple[int, bytes]:
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        low = head.lower()
        status = int(head[9:12])
        if b"transfer-encoding: chunked" in low:
            return status, await self._chunks()
        length = low.partition(b"content-length:")[2].partition(b"\r\n")[0]
        return status, await self.reader.readexactly(int(length or 0))

    async def _chunks(self) -> bytes:
        body = b""
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            body += (await self.reader.readexactly(size + 2))[:-2]
        await self.reader.readexactly(2)
        return body


def run(port: int, make: Callable[[int], Request], *, connections: int, seconds: float, warm: float = 1.0) -> Result:
    """Send `make(0)`, `make(1)`, … over some connections for a while; the first `warm` seconds do not count."""
    return asyncio.run(_run(port, make, connections, seconds, warm))


async def _run(port: int, make: Callable[[int], Request], connections: int, seconds: float, warm: float) -> Result:
    result, numbers = Result(), count()
    start = time.perf_counter() + warm
    opened = [await _opened(port) for _ in range(connections)]
    await asyncio.gather(*(_worker(one, make, numbers, start, start + seconds, result) for one in opened))
    result.seconds = seconds
    return result


async def _opened(port: int) -> Connection:
    """Connect, and wait a moment: of connections that come in one instant a single process takes all."""
    connection = await Connection(port).open()
    await asyncio.sleep(BETWEEN_CONNECTIONS)
    return connection


async def _worker(
    connection: Connection,
    make: Callable[[int], Request],
    numbers: Iterator[int],
    start: float,
    end: float,
    result: Result,
) -> None:
    while (began := time.perf_counter()) < end:
        status, _ = await connection.send(make(next(numbers)).encode())
        result.statuses[status] = result.statuses.get(status, 0) + 1
        if began >= start:
            result.times.append((time.perf_counter() - began) * 1000)
    connection.writer.close()
