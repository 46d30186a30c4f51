"""Reading the prepared conversations, and filling one for a ticket so that no two are alike."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("conversations")
SENTENCE = re.compile(r"(?:^|(?<=[.!?] ))[a-z]")
Wordings = str | Sequence[str]


@dataclass(frozen=True)
class Scenario:
    team: str
    title: Wordings
    category: str
    priority: str
    tags: list[str]
    minutes: int
    text: Wordings
    thread: list[Wordings]
    resolution: str
    slots: Mapping[str, list[str]]
    channel: str = "portal"


@dataclass(frozen=True)
class Line:
    """One step of a conversation: kind is `>`, `>?`, `<`, `#` or `!hold`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Conversation:
    title: str
    text: str
    lines: list[Line]
    resolution: str


@cache
def all_scenarios() -> list[Scenario]:
    """Return every scenario of the folder, in a fixed order."""
    found: list[Scenario] = []
    for path in sorted(FOLDER.glob("*.toml")):
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        found += [Scenario(team=data["team"], **row) for row in data["scenario"]]
    return found


def converse(scenario: Scenario, turn: int, names: Mapping[str, str]) -> Conversation:
    """Return the conversation of the scenario's `turn`-th use: wordings and slots advance at different pace, so that they mix anew."""
    words = dict(names)
    for place, (slot, options) in enumerate(scenario.slots.items()):
        option = options[(turn * (place + 1) + turn // len(options) + place) % len(options)]
        words |= zip(slot.split("|"), option.split("|"), strict=True)  # "db|app" go together
    words = {slot: text.format_map(words) for slot, text in words.items()}

    def fill(wordings: Wordings, pace: int) -> str:
        options = [wordings] if isinstance(wordings, str) else wordings
        return options[(turn + turn // 2 * pace) % len(options)].format_map(words)

    lines = [fill(wordings, place % 2) for place, wordings in enumerate(scenario.thread)]
    return Conversation(
        title=_capital(fill(scenario.title, 0)),
        text=_capital(fill(scenario.text, 1)),
        lines=[Line(kind, _capital(text)) for kind, text in (line.split(" ", 1) for line in lines)],
        resolution=_capital(fill(scenario.resolution, 0)),
    )


def _capital(text: str) -> str:
    """Return the text with a capital at the beginning of each sentence, which may be a filled-in word."""
    return SENTENCE.sub(lambda match: match[0].upper(), text)
