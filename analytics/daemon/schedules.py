"""What the daemon writes, when and where, as the configuration says it. Pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from croniter import croniter

from analytics.configuration import ConfigurationError

UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")
KEYS = ("cron", "every", "folder", "formats", "keep", "arguments", "timeout")
STAMP = "%Y%m%dT%H%M%SZ"
LONGEST = 3_600  # seconds of a run


@dataclass(frozen=True)
class Schedule:
    """Reports of one kind: `cron` on the clocks of `zone`, or `every` so often; `arguments` are those of the command."""

    name: str
    folder: Path
    formats: tuple[str, ...]
    zone: ZoneInfo
    cron: str = ""
    every: timedelta = timedelta()
    keep: int = 30
    arguments: tuple[str, ...] = ()
    timeout: int = LONGEST

    def first(self, now: datetime) -> datetime:
        """Return when it runs first: what runs every so often does so at once."""
        return self.next(now) if self.cron else now

    def next(self, now: datetime) -> datetime:
        """Return the next time after `now`; what was missed is not made up for."""
        if not self.cron:
            return now + self.every
        found: datetime = croniter(self.cron, now.astimezone(self.zone)).get_next(datetime)
        return found

    def file(self, form: str, at: datetime) -> str:
        """Return the name of a report's file."""
        return f"{self.name}-{at.strftime(STAMP)}.{form}"

    def is_own(self, name: str, form: str) -> bool:
        """Return whether a file in the folder is a report of this schedule."""
        return re.fullmatch(rf"{re.escape(self.name)}-\d{{8}}T\d{{6}}Z\.{re.escape(form)}", name) is not None


def schedules_of(tables: Mapping[str, Mapping[str, Any]], formats: Collection[str], zone: ZoneInfo) -> list[Schedule]:
    """Return the schedules of a configuration. Raises ConfigurationError with every problem found."""
    found: list[Schedule] = []
    problems: list[str] = []
    for name, table in tables.items():
        try:
            found.append(_schedule(name, table, formats, zone))
        except ValueError as error:
            problems.append(f"schedules: {name}: {error}.")
    if problems:
        raise ConfigurationError(*problems)
    return found


def _schedule(name: str, table: Mapping[str, Any], formats: Collection[str], zone: ZoneInfo) -> Schedule:
    if not NAME.fullmatch(name):
        raise ValueError("a name has small letters, digits, - and _")
    if unknown := [key for key in table if key not in KEYS]:
        raise ValueError(f"there is no {', '.join(unknown)}; known are {', '.join(KEYS)}")
    cron, every = str(table.get("cron", "")), str(table.get("every", ""))
    if bool(cron) == bool(every):
        raise ValueError("give either cron or every")
    if cron and (len(cron.split()) != 5 or not croniter.is_valid(cron)):
        raise ValueError(f"{cron!r} is no time of cron; write minute hour day month weekday, like 0 6 * * mon")
    if not isinstance(table.get("folder"), str) or not table["folder"]:
        raise ValueError("say the folder its reports are written to")
    chosen = _words(table.get("formats", "html"))
    if wrong := [form for form in chosen if form not in formats]:
        raise ValueError(f"there is no format {', '.join(wrong)}; known are {', '.join(formats)}")
    return Schedule(
        name,
        Path(table["folder"]).expanduser().absolute(),
        chosen,
        zone,
        cron,
        _duration(every) if every else timedelta(),
        _count(table, "keep", 30),
        _words(table.get("arguments", ()), separator=None),
        _count(table, "timeout", LONGEST),
    )


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"\s*(\d{1,6})\s*([smhd])\s*", text)
    if not match or not int(match[1]):
        raise ValueError(f"{text!r} is no duration; write 30s, 15m, 6h or 1d")
    return timedelta(seconds=int(match[1]) * UNITS[match[2]])


def _count(table: Mapping[str, Any], key: str, default: int) -> int:
    try:
        found = int(table.get(key, default))
    except (TypeError, ValueError):
        found = 0
    if found < 1:
        raise ValueError(f"{key} must be a whole number from 1 on")
    return found


def _words(raw: Any, separator: str | None = ",") -> tuple[str, ...]:
    parts = raw.split(separator) if isinstance(raw, str) else raw
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise ValueError("formats and arguments are lists of words")
    return tuple(part.strip() for part in parts if part.strip())
