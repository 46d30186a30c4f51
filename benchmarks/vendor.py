"""A vendor on a bad day: `python -m benchmarks.vendor PORT`.

Of 100 requests 20 are answered with 429, 10 with 500 and 5 never; of the latter two, half are carried out all the same.
"""

import asyncio
import json
import random
import sys
from collections.abc import Mapping
from typing import Any

TOO_MANY, BROKEN, SILENT = 0.20, 0.30, 0.35  # below which share a request is answered so
HANGS = 300.0  # seconds
SEED = 5


class Vendor:
    """Keeps what was said about each record: POST adds, GET lists; `/calm` ends the bad day, `/hang` never answers anybody again."""

    def __init__(self) -> None:
        self.records: dict[str, list[Mapping[str, Any]]] = {}
        self.draw = random.Random(SEED)
        self.mood = "bad"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                method, path, _ = head.split(b"\r\n")[0].decode().split(" ")
                size = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
                body = await reader.readexactly(size)
                status, answer = await self.answer(method, path, body)
                raw = json.dumps(answer).encode()
                later = "Retry-After: 1\r\n" if status == 429 else ""
                writer.write(f"HTTP/1.1 {status} X\r\n{later}Content-Length: {len(raw)}\r\n\r\n".encode() + raw)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        if path in ("/calm", "/hang"):
            self.mood = path[1:]
            return 200, {}
        drawn, happens = (1.0 if self.mood == "calm" else self.draw.random()), self.draw.random() < 0.5
        if self.mood == "hang" or BROKEN <= drawn < SILENT:
            if happens and self.mood != "hang":
                self.carry_out(method, path, body)
            await asyncio.sleep(HANGS)
            raise ConnectionError
        if drawn < TOO_MANY:
            return 429, {}
        if drawn < BROKEN:
            if happens:
                self.carry_out(method, path, body)
            return 500, {}
        return 200, self.carry_out(method, path, body)

    def carry_out(self, method: str, path: str, body: bytes) -> Any:
        said = self.records.setdefault(path, [])
        if method == "GET":
            return said
        said.append({"id": len(said) + 1, **json.loads(body)})
        return said[-1]


async def main(port: int) -> None:
    server = await asyncio.start_server(Vendor().serve, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
