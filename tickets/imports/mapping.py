"""From the columns and words of another system to the fields and values of this one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tickets.choices import Level, Status
from tickets.errors import Invalid
from tickets.fields import TEXT_LENGTH, TITLE_LENGTH, text
from tickets.imports.records import Person, Refused
from tickets.imports.times import parse_moment, parse_past
from tickets.imports.words import COLUMNS, DEFAULTS, VALUES, is_empty, plain

NAME_LENGTH = 100
WORDS_COUNTED = 1_000  # different ones in a field; a status with more is no status
ID_LENGTH = 200
CHOICES: dict[str, Any] = {"status": Status, "priority": Level, "urgency": Level, "impact": Level}


def safe(text: str) -> str:
    """Return text that can be stored and shown, whatever it held."""
    return text.replace("\x00", "�").encode("utf-8", "replace").decode()


@lru_cache(maxsize=20_000)
def one_line(value: str, limit: int) -> str:
    """Return a name on one line, cut to the limit; the same names come again and again. Raises ValueError."""
    return " ".join(text(value, TEXT_LENGTH).split())[:limit].strip()


@dataclass
class FieldMapping:
    """How a file is read. `columns` names a source column (or "" for none) per field, `values` a value of ours per source word."""

    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    time_zone: str = "UTC"
    day_first: bool = True
    encoding: str = "utf-8-sig"

    def found_in(self, header: Iterable[str]) -> dict[str, str]:
        """Return field → column for a header: what was said, and the usual names for the rest. Raises Refused for a missing column."""
        names = {plain(name): name for name in reversed(list(header))}
        missing = [name for name in self.columns.values() if name and plain(name) not in names]
        if missing:
            raise Refused(f"The mapping names columns that the file does not have: {', '.join(missing)}.")
        found = {
            target: next((names[name] for name in usual if name in names), "") for target, usual in COLUMNS.items()
        }
        found |= {target: names[plain(name)] if name else "" for target, name in self.columns.items()}
        return {target: name for target, name in found.items() if name}


def parse_mapping(raw: Any, defaults: FieldMapping | None = None) -> FieldMapping:
    """Return the mapping that JSON from outside describes, on top of a format's own. Raises Invalid with every error."""
    base = defaults or FieldMapping()
    errors: dict[str, list[str]] = {}
    if not isinstance(raw, Mapping):
        raise Invalid({"mapping": ["Write an object with columns, values, time_zone, day_first or encoding."]})
    unknown = set(raw) - {"columns", "values", "time_zone", "day_first", "encoding"}
    if unknown:
        errors["mapping"] = [f"Unknown: {', '.join(sorted(map(str, unknown)))}."]
    columns = raw.get("columns", {})
    if not _is_text_map(columns) or not set(columns) <= COLUMNS.keys():
        errors["columns"] = [f"Map fields to column names. Fields: {', '.join(COLUMNS)}."]
    values = raw.get("values", {})
    if not isinstance(values, Mapping) or not all(_fits(name, words) for name, words in values.items()):
        errors["values"] = ["Map words of the file to values, for status, priority, urgency or impact."]
    zone, encoding = raw.get("time_zone", base.time_zone), raw.get("encoding", base.encoding)
    if zone not in available_timezones():
        errors["time_zone"] = ["Write a time zone like Europe/Berlin."]
    if not _is_encoding(encoding):
        errors["encoding"] = ["Write an encoding like utf-8 or cp1252."]
    if errors:
        raise Invalid(errors)
    merged = {name: base.values.get(name, {}) | _lowered(values.get(name, {})) for name in {*base.values, *values}}
    day_first = bool(raw.get("day_first", base.day_first))
    return FieldMapping(base.columns | dict(columns), merged, str(zone), day_first, str(encoding))


def _is_text_map(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(part, str) for pair in value.items() for part in pair)


def _fits(name: Any, words: Any) -> bool:
    return name in CHOICES and _is_text_map(words) and set(words.values()) <= set(CHOICES[name].values)


def _lowered(words: Mapping[str, str]) -> dict[str, str]:
    return {word.strip().lower(): value for word, value in words.items()}


def _is_encoding(name: Any) -> bool:
    try:
        return isinstance(name, str) and bool("".encode(name) or True)
    except (LookupError, ValueError):
        return False


class Mapper:
    """Turns the texts of one row into typed values, and counts the words it met."""

    def __init__(self, mapping: FieldMapping, *, now: datetime | None = None) -> None:
        self.mapping = mapping
        self.now = now or datetime.now(UTC)
        self.words: dict[str, Counter[str]] = defaultdict(Counter)
        self.zone = ZoneInfo(mapping.time_zone)
        self._words = {name: VALUES[name] | mapping.values.get(name, {}) for name in VALUES}

    def choice(self, name: str, value: str) -> str:
        """Return the value of ours for a word; a word that is not known becomes the default."""
        word = value.strip()
        counter = self.words[name]
        if word in counter or len(counter) < WORDS_COUNTED:
            counter[word] += 1
        return self.meaning(name, word) or DEFAULTS[name]

    def meaning(self, name: str, word: str) -> str | None:
        """Return what a word stands for, None for an unknown one."""
        return self._words[name].get(word.lower())

    @property
    def unknown(self) -> dict[str, dict[str, int]]:
        """The words without a meaning, most frequent first; an empty field is no word."""
        found = {
            name: {
                safe(word)[:NAME_LENGTH]: count
                for word, count in counter.most_common()
                if not is_empty(word) and self.meaning(name, word) is None
            }
            for name, counter in self.words.items()
        }
        return {name: words for name, words in found.items() if words}

    def moment(self, name: str, value: str) -> datetime:
        try:
            if name == "due_at":
                return parse_moment(value, self.mapping.time_zone, self.mapping.day_first)
            return parse_past(value, self.mapping.time_zone, self.mapping.day_first, self.now)
        except ValueError as error:
            raise Refused(f"{name}: {error}") from None

    def text(self, name: str, value: str, limit: int = TEXT_LENGTH) -> str:
        try:
            return text(value, limit)
        except ValueError as error:
            raise Refused(f"{name}: {error}") from None

    def name(self, name: str, value: str, limit: int = NAME_LENGTH) -> str:
        """Return a short name on one line, cut to the limit."""
        try:
            return one_line(value, limit)
        except ValueError as error:
            raise Refused(f"{name}: {error}") from None

    def person(self, name: str, value: str, email: str = "", organization: str = "") -> Person:
        who, address = self.name(name, value, 150), self.name(name, email, 254).lower()
        if not address and "@" in who:
            address = who.lower()
        if address and not _is_address(address):
            address = ""
        return Person(who or address, address, organization)

    def identifier(self, value: str) -> str:
        found = self.name("id", value, ID_LENGTH + 1)
        if is_empty(found):
            raise Refused("The record has no id.")
        if len(found) > ID_LENGTH:
            raise Refused(f"The id is longer than {ID_LENGTH} characters.")
        return found

    def titled(self, title: str, description: str, stand_in: str) -> tuple[str, str]:
        """Return title and description; a long title is kept whole in the description, a missing one is taken from what there is."""
        title = " ".join(self.text("title", title).split())
        description = self.text("description", description).strip()
        if is_empty(title):
            title = " ".join(description.split("\n", 1)[0].split()) or stand_in
        if len(title) > TITLE_LENGTH:
            if not description.startswith(title):
                description = self.text("description", f"{title}\n\n{description}").strip()
            title = title[: TITLE_LENGTH - 1].rstrip() + "…"
        return title, description


def _is_address(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True
