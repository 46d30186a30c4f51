"""Where the command gets its facts from: the desk's database, a file, the API, an MCP server.

A source is a module with a function `source(configuration)`, and a line in `SOURCES`; it is imported when it is asked for.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import numpy as np

from analytics.configuration import Configuration
from analytics.failures import Failure
from analytics.metrics.columns import NO_TIMES, Facts
from analytics.metrics.periods import Period
from sla.calendars import Times

LISTED = 100  # rows left aside that are named one by one; the others are counted

SOURCES = {
    "database": "analytics.sources.database:source",
    "file": "analytics.sources.file:source",
    "api": "analytics.sources.api:source",
    "mcp": "analytics.sources.mcp:source",
}


class SourceError(Failure):
    """The facts cannot be had; the message says what to do."""


@dataclass(frozen=True)
class Asked:
    """What a source is asked for: the tickets that were unresolved at some time of `span`, all without one."""

    span: Period | None
    statuses: tuple[str, ...]  # present ones, in our words; none means all
    most: int  # tickets, the newest first
    tables: Collection[str]  # of `Facts`, as far as the source knows them
    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True)
class Left:
    """A row that could not be read, by its line in a file or its number in an answer."""

    line: int
    reason: str


@dataclass
class LeftAside:
    """The rows that could not be read: all are counted, the first are listed."""

    count: int = 0
    listed: list[Left] = field(default_factory=list)

    def add(self, lines: Iterable[Left]) -> None:
        for left in lines:
            self.count += 1
            if len(self.listed) < LISTED:
                self.listed.append(left)


@dataclass(frozen=True)
class Read:
    """What a source answers with. `cut` says that there were more tickets than asked for.

    `created` says when tickets came in, also before the span that was asked for: what follows from the past.
    """

    facts: Facts
    origin: str  # what was read, as a person calls it
    rows: int  # read, those left aside included
    left_aside: LeftAside = field(default_factory=LeftAside)
    notes: tuple[str, ...] = ()  # sentences about what was taken for something else
    cut: bool = False
    created: Times = field(default_factory=lambda: NO_TIMES)


class Source(Protocol):
    """Something that can be asked for facts."""

    def read(self, asked: Asked) -> Read:
        """Return the facts. Raises SourceError."""

    def check(self) -> str:
        """Return a sentence on what would be read, after having reached it. Raises SourceError."""


def open_source(configuration: Configuration) -> Source:
    """Return the source that is configured."""
    module, _, factory = SOURCES[configuration["source"]].partition(":")
    made: Source = getattr(import_module(module), factory)(configuration)
    return made


def narrowed(facts: Facts, asked: Asked) -> tuple[Facts, bool]:
    """Return the facts that are asked for out of everything, and whether there were more tickets than asked for."""
    if asked.span:
        tickets = facts.tickets
        resolved_before = tickets.resolved_at < asked.span.first  # NaT is not
        facts = facts.only((tickets.created_at < asked.span.last) & ~resolved_before)
    return newest(of_status(facts, asked.statuses), asked.most)


def newest(facts: Facts, most: int) -> tuple[Facts, bool]:
    """Return the facts of the newest tickets, and whether others were left out."""
    created: Any = facts.tickets.created_at
    if len(created) <= most:
        return facts, False
    keep = np.zeros(len(created), bool)
    keep[np.argsort(created, kind="stable")[len(created) - most :]] = True
    return facts.only(keep), True


def of_status(facts: Facts, statuses: Collection[str]) -> Facts:
    """Return the facts of the tickets that have one of these statuses now; of all, where none is named."""
    if not statuses:
        return facts
    column = facts.tickets.status
    codes = [code for code, name in column.names.items() if name in statuses]
    return facts.only(np.isin(column.codes, codes))
