"""What a reader makes of a file: tickets as the other system knew them, step by step, and what could not be read."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


class Refused(Exception):
    """This record cannot be taken; the message says why. The rest of the file goes on."""


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says what to do."""


@dataclass(frozen=True)
class Refusal:
    """A record that was refused: the line it begins at (or its number in a page), its id as far as known, and the reason."""

    line: int
    reason: str
    external_id: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody of the other system. The e-mail address, or else the name, tells people apart."""

    name: str
    email: str = ""
    organization: str = ""

    @property
    def key(self) -> str:
        return (self.email or self.name).lower()


@dataclass
class Step:
    """Something that happened: new values of fields, or something said, or both.

    `values` maps a field to text; requester and assignee to a `Person`, category to its path, tags to a list, due_at to a datetime.
    """

    at: datetime
    author: Person | str
    values: dict[str, Any] = field(default_factory=dict)
    comment: str = ""
    internal: bool = False
    comment_id: str = ""


@dataclass
class ImportedTicket:
    """A ticket with its whole history: the first step made it, the others follow in the order of time.

    `dated` is false where the source knows no times; the moment of the import stands in.
    """

    line: int
    external_id: str
    steps: list[Step]
    dated: bool = True

    @property
    def final(self) -> dict[str, Any]:
        """The values after the last step."""
        values: dict[str, Any] = {}
        for step in self.steps:
            values |= step.values
        return values
