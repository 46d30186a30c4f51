"""A session with an MCP server, for code that does not wait. Heavy: imported by name when a server is asked."""

import asyncio
import os
import re
from contextlib import suppress
from types import TracebackType
from typing import Any

from fastmcp import Client
from fastmcp.client.transports import StdioTransport, StreamableHttpTransport
from fastmcp.exceptions import ToolError
from mcp.shared.exceptions import MCPError

from analytics.masking import masked
from analytics.sources import SourceError
from analytics.sources.mcp import Server, SignInNeeded
from analytics.sources.patience import LONGEST_WAIT, Passing
from analytics.sources.signing_in import little
from integrations.answers import asked_to_wait

THROTTLED = re.compile(r"throttled|too many|rate.?limit|\b429\b", re.IGNORECASE)
SECONDS = re.compile(r"(\d+(?:\.\d+)?) ?(?:s|sec|seconds?)\b", re.IGNORECASE)
TIMED_OUT = 408  # the protocol's code of a request that was not answered in time


class Session:
    """Calls of tools over one connection, which is made when first needed and anew after it was lost."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._loop = asyncio.Runner()
        self._client: Client[Any] | None = None

    def __enter__(self) -> "Session":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._drop()
        finally:
            self._loop.close()

    def call(self, tool: str, arguments: dict[str, Any]) -> Any:
        """Return what a tool answers: structured, else its text. Raises Passing, SignInNeeded, SourceError."""
        try:
            return self._loop.run(self._call(tool, arguments))
        except ToolError as error:
            pause = pause_in(str(error))
            if pause is not None:
                raise Passing("asks for a pause.", pause) from None
            raise SourceError(f"{self._server.name} refuses {tool}: {masked(str(error)[:300])}") from None
        except Exception as error:  # noqa: BLE001 - of a library under a library: told apart below
            self._drop()
            raise _meant(error, self._server) from None

    async def _call(self, tool: str, arguments: dict[str, Any]) -> Any:
        if self._client is None:
            client: Client[Any] = Client(_transport(self._server), timeout=self._server.timeout)
            await asyncio.wait_for(client.__aenter__(), self._server.timeout)  # type: ignore[no-untyped-call]
            self._client = client
        answer = await self._client.call_tool(tool, arguments)
        if answer.structured_content is not None:
            return answer.structured_content
        return "".join(getattr(part, "text", "") for part in answer.content)

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            self._loop.run(_left(client))


def pause_in(said: str) -> float | None:
    """Return the seconds for which a refusal asks for a pause, a minute where it names none; None where it asks for none."""
    if not THROTTLED.search(said):
        return None
    found = SECONDS.search(said)
    return float(found[1]) if found else LONGEST_WAIT


async def _left(client: Client[Any]) -> None:
    with suppress(Exception):  # a connection that is lost cannot be closed well
        await client.close()  # type: ignore[no-untyped-call]


def _transport(server: Server) -> Any:
    if server.is_remote:
        return StreamableHttpTransport(server.address, auth=server.token or None)
    command, *arguments = server.words()
    given = {name: os.environ[name] for name in server.environment if name in os.environ}
    return StdioTransport(command, arguments, env=little(os.environ) | given, keep_alive=False)


def _meant(error: BaseException, server: Server) -> Exception:
    """Return what an error of the library means: try again, sign in, or nothing of both."""
    for inner in _inside(error):
        if isinstance(inner, SourceError):
            return inner
        response = getattr(inner, "response", None)
        status = getattr(response, "status_code", 0)
        if status == 401:
            return SignInNeeded()
        if status == 403:
            return SourceError(f"{server.name} does not permit this. Use the token of somebody who may.")
        if 400 <= status < 500 and status not in (408, 429):
            return SourceError(
                f"{server.name} answers with {status}. Look at mcp_server: its address often ends in /mcp."
            )
        if isinstance(inner, FileNotFoundError):
            return SourceError(f"{server.name} is not installed, or not in PATH. Look at mcp_server.")
        if isinstance(inner, MCPError) and inner.error.code != TIMED_OUT and "closed" not in str(inner).lower():
            return SourceError(f"{server.name} refuses: {masked(str(inner)[:300])}")
        if status in (429, 503):
            return Passing(f"answers with {status}.", asked_to_wait(response))  # type: ignore[arg-type]
    return Passing(f"cannot be reached ({type(error).__name__}).")


def _inside(error: BaseException) -> list[BaseException]:
    """Return an error, those in a group of errors, and what each came from."""
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or any(one is other for other in found):
            continue
        found.append(one)
        waiting += [one.__context__, one.__cause__]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions
    return found
