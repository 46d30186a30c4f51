"""Our fields and values in another system's words, by the rows that an admin edits with the connection."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from integrations.choices import Direction, Field
from integrations.models import Connection, MappedField
from integrations.models.mapping import WORDED
from integrations.provider import Value, Values
from tickets.actions.changing import current_value
from tickets.fields import TEXT_LENGTH, TITLE_LENGTH
from tickets.models import Ticket

OUTWARD = (Direction.BOTH, Direction.OUT)
INWARD = (Direction.BOTH, Direction.IN)


class Unknown(LookupError):
    """A value that no row of the mapping knows."""


class Translation:
    """The mapping of one connection, read once."""

    def __init__(self, connection: Connection) -> None:
        self.fields: dict[str, MappedField] = {row.ours: row for row in connection.fields.all()}
        self._words: dict[str, list[tuple[str, str]]] = {}
        for row in connection.values.all():
            self._words.setdefault(row.field, []).append((row.ours, row.theirs))

    def outward(self) -> list[str]:
        """Return our fields that are told to the other side."""
        return [name for name, row in self.fields.items() if row.direction in OUTWARD]

    def inward(self) -> list[MappedField]:
        """Return the rows of fields that are taken from the other side."""
        return [row for row in self.fields.values() if row.direction in INWARD]

    def ours(self, ticket: Ticket, fields: Iterable[str]) -> dict[str, Any]:
        """Return the ticket's present values of these fields, without those that the other side has no word for."""
        values = {name: current_value(ticket, name) for name in fields}
        return {name: value for name, value in values.items() if self._has_word(name, value)}

    def to_theirs(self, field: str, value: Any) -> Value:
        """Return a value of ours in their words. Raises Unknown."""
        if field in WORDED:
            return self._word(field, str(value), 0)
        return list(value) if isinstance(value, list) else str(value or "")

    def to_ours(self, field: str, value: Value) -> Any:
        """Return a value of theirs as our ticket takes it. Raises Unknown."""
        if field in WORDED:
            return self._word(field, str(value), 1)
        if field == Field.TAGS:
            return tags(value if isinstance(value, list) else str(value or "").split())
        text = cleaned(", ".join(value) if isinstance(value, list) else value or "")
        return " ".join(text.split())[:TITLE_LENGTH] if field == Field.TITLE else text[:TEXT_LENGTH]

    def known(self, fields: Values) -> dict[str, Any]:
        """Return what the other side says in our words, without what no row knows."""
        found: dict[str, Any] = {}
        for name, row in self.fields.items():
            if row.theirs in fields:
                with suppress(Unknown):
                    found[name] = self.to_ours(name, fields[row.theirs])
        return found

    def same_there(self, field: str, agreed: Any, theirs: Value) -> bool:
        """Return whether what the other side says is what we agreed on; several words of one side may be one of the other's."""
        if field in WORDED:
            said = (str(agreed).casefold(), str(theirs).casefold())
            return said in {(ours.casefold(), word.casefold()) for ours, word in self._words.get(field, [])}
        try:
            same = _folded(self.to_theirs(field, agreed)) == _folded(theirs)
            return same or bool(self.to_ours(field, theirs) == agreed)
        except Unknown:
            return False

    def payload(self, values: Mapping[str, Any]) -> Values:
        """Return values of ours under their names, in their words."""
        return {self.fields[name].theirs: self.to_theirs(name, value) for name, value in values.items()}

    def _has_word(self, field: str, value: Any) -> bool:
        return field not in WORDED or any(ours == value for ours, _ in self._words.get(field, []))

    def _word(self, field: str, value: str, side: int) -> str:
        """Return the other half of the first pair whose half on `side` is this value."""
        for pair in self._words.get(field, []):
            if pair[side].casefold() == value.casefold():
                return pair[1 - side]
        raise Unknown(value)


def _folded(value: Value) -> Any:
    return sorted(map(str.casefold, value)) if isinstance(value, list) else (value or "").casefold()


def cleaned(text: str) -> str:
    """Return text from outside without what no database takes."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")


def tags(labels: Iterable[str]) -> list[str]:
    """Return labels as tags: single words, small, in order."""
    words = ("-".join(cleaned(label).replace(",", " ").lower().split())[:50] for label in labels)
    return sorted({word for word in words if word})[:50]
