"""Tickets that a tool of any MCP server answers with: a server that is started here, or one that is reached by HTTP.

The protocol's library is loaded when a server is asked.
"""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from analytics.configuration import Configuration
from analytics.masking import masked
from analytics.progress import working
from analytics.sources import Asked, Read, SourceError
from analytics.sources.patience import PATIENT, Patience, breaker_of, patiently
from analytics.sources.rows import Reader
from analytics.sources.signing_in import SignIn, sign_in_of

CLIENT = "analytics.sources.mcp_client"
PAGES_AT_MOST = 100_000
TOKEN = "TICKET_ANALYZER_MCP_TOKEN"  # noqa: S105 - the variable's name


class SignInNeeded(Exception):
    """The server does not know who asks."""


@dataclass(frozen=True)
class Server:
    """Where the tool is. `environment` names the variables that a started server gets beside the usual ones."""

    address: str  # https://…/mcp, or a command
    token: str = field(default="", repr=False)
    environment: tuple[str, ...] = ()
    timeout: float = 60.0

    @property
    def is_remote(self) -> bool:
        return self.address.startswith(("http://", "https://"))

    @property
    def name(self) -> str:
        """What people call it: its host, or the command's name."""
        return self.address.split("/")[2].rpartition("@")[2] if self.is_remote else self.words()[0]

    def words(self) -> list[str]:
        """Return the command and its arguments. Raises SourceError."""
        try:
            found = shlex.split(self.address)
        except ValueError as error:
            raise SourceError(f"mcp_server cannot be read: {error}.") from None
        if not found:
            raise SourceError(
                "Name the server as mcp_server: an address that ends in /mcp, or a command that starts one."
            )
        return found


@dataclass(frozen=True)
class Tool:
    """What is called. Without `offset` there is one page; `rows` is the member that holds them, else the first list does."""

    name: str
    arguments: Mapping[str, Any]
    rows: str = "tickets"
    limit: str = "limit"
    offset: str = "offset"
    page: int = 200


@dataclass(frozen=True)
class McpSource:
    server: Server
    tool: Tool
    reader: Reader
    sign_in: SignIn | None = None
    patience: Patience = PATIENT

    def read(self, asked: Asked) -> Read:
        """Return the tickets that the tool answers with. Raises SourceError."""
        name = self.server.name
        rows: list[Any] = []
        known: set[str] = set()
        passed = largest = 0  # of pages, which may be smaller than what was asked for
        with working(name) as progress, self._session() as session:
            for _ in range(PAGES_AT_MOST):
                page = self._page(session, passed, self.tool.page)
                new = [row for row in page if _mark(row) not in known]
                known.update(map(_mark, new))
                rows += new
                progress(len(rows))
                passed, largest = passed + len(page), max(largest, len(page))
                if not self.tool.offset or len(page) < largest or not new:
                    break
        return self.reader.read(rows, f"{self.tool.name} of {name}", asked)

    def check(self) -> str:
        """Say that the tool answers. Raises SourceError."""
        with self._session() as session:
            self._page(session, 0, 1)
        return f"{self.server.name} answers, and {self.tool.name} can be called."

    def _session(self) -> Any:
        self.server.words()
        if self.sign_in:
            self.sign_in.ensure()
        return import_module(CLIENT).Session(self.server)

    def _page(self, session: Any, offset: int, count: int) -> list[Any]:
        paged = {self.tool.limit: count} if self.tool.limit else {}
        if self.tool.offset and offset:
            paged[self.tool.offset] = offset
        arguments = {**self.tool.arguments, **paged}
        name = self.server.name
        try:
            answer = patiently(lambda: session.call(self.tool.name, arguments), name, breaker_of(name), self.patience)
        except SignInNeeded:
            if self.sign_in:
                self.sign_in.forget()
                raise SourceError(
                    f"{name} says that the sign-in has expired. Run the command again: it signs in anew."
                ) from None
            raise SourceError(f"{name} refuses the token. Set a valid one as {TOKEN}.") from None
        return rows_of(answer, self.tool.rows)


def rows_of(answer: Any, member: str) -> list[Any]:
    """Return the rows of an answer: structured, or JSON in a text. Raises SourceError."""
    if isinstance(answer, str):
        try:
            answer = json.loads(answer)
        except ValueError:
            said = masked(" ".join(answer.split())[:200])
            raise SourceError(
                f"The tool answers with text that is no JSON: {said!r}. Use one that answers with rows."
            ) from None
    if isinstance(answer, dict) and set(answer) == {"result"}:
        answer = answer["result"]
    if isinstance(answer, str):
        return rows_of(answer, member)
    if isinstance(answer, dict):
        there = ", ".join(answer)
        answer = answer[member] if member in answer else next((v for v in answer.values() if isinstance(v, list)), None)
        if answer is None:
            raise SourceError(f"The answer holds no list. It has: {there or 'nothing'}. Name the member as mcp_rows.")
    if not isinstance(answer, list):
        raise SourceError("The answer is no list of tickets. Use a tool that answers with rows.")
    return answer


def _mark(row: Any) -> str:
    """Return what tells a row from others, so that pages which overlap count nothing twice."""
    return json.dumps(row, sort_keys=True, default=str)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def source(configuration: Configuration) -> McpSource:
    """Return the source that is configured."""
    server = Server(
        configuration["mcp_server"],
        configuration["mcp_token"],
        configuration["mcp_environment"],
        float(configuration["mcp_timeout"]),
    )
    tool = Tool(
        configuration["mcp_tool"],
        {name: _value(text) for name, text in configuration["mcp_arguments"].items()},
        configuration["mcp_rows"],
        configuration["mcp_limit_argument"],
        configuration["mcp_offset_argument"],
        configuration["mcp_page_size"],
    )
    return McpSource(server, tool, Reader.of(configuration), sign_in_of(configuration))
