"""A look at a file before it is imported: its columns, its words, and what the first tickets would become."""

from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from tickets.choices import ImportFormat
from tickets.errors import Invalid
from tickets.imports.mapping import CHOICES, Mapper, parse_mapping, safe
from tickets.imports.readers import READERS
from tickets.imports.readers.tables import header_of
from tickets.imports.records import ImportedTicket, Person, Refusal, Refused, UnreadableFile
from tickets.imports.words import COLUMNS, DEFAULTS, is_empty
from tickets.models import ImportJob

LOOKED_AT = 2_000  # records
SAMPLES = 5
SHOWN = ("title", "status", "priority", "requester", "assignee", "team", "category", "organization")
WORDS_SHOWN = 60


@dataclass(frozen=True)
class Column:
    """A field of ours and the column that it comes from, "" for none."""

    field: str
    label: str
    chosen: str


@dataclass(frozen=True)
class Word:
    """A word of the file and what it becomes; `known` is false where the default stands in."""

    word: str
    count: int
    becomes: str
    known: bool


@dataclass
class Preview:
    """Everything somebody needs to see before saying go. `error` tells why there is nothing to see."""

    header: list[str] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    words: dict[str, list[Word]] = field(default_factory=dict)
    choices: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    samples: list[dict[str, str]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    looked_at: int = 0
    refused: int = 0
    error: str = ""


def preview(job: ImportJob) -> Preview:
    """Look at the beginning of the job's file under its mapping; writes nothing."""
    reader, found = READERS[job.format], Preview()
    path = Path(job.file.path)
    try:
        mapper = Mapper(parse_mapping(job.mapping, reader.defaults))
        if job.format != ImportFormat.ZENDESK:
            _columns(found, path, mapper)
        for item in islice(reader.read(path, mapper), LOOKED_AT):
            _look(found, item)
    except UnreadableFile as error:
        found.error = str(error)
    except Invalid as error:
        found.error = "; ".join(f"{name}: {' '.join(said)}" for name, said in error.errors.items())
    else:
        found.words = {name: _words(mapper, name) for name in CHOICES if mapper.words.get(name)}
        found.choices = {name: list(CHOICES[name].choices) for name in found.words}
    return found


def _columns(found: Preview, path: Path, mapper: Mapper) -> None:
    found.header = header_of(path, mapper.mapping.encoding)
    try:
        columns = mapper.mapping.found_in(found.header)
    except Refused as error:
        found.error = str(error)
        columns = {}
    found.columns = [Column(name, name.replace("_", " ").capitalize(), columns.get(name, "")) for name in COLUMNS]


def _look(found: Preview, item: ImportedTicket | Refusal) -> None:
    found.looked_at += 1
    if isinstance(item, Refusal):
        found.refused += 1
        if len(found.refusals) < SAMPLES:
            found.refusals.append(item)
    elif len(found.samples) < SAMPLES:
        found.samples.append(_sample(item))


def _sample(told: ImportedTicket) -> dict[str, str]:
    final = told.final
    sample = {"id": told.external_id}
    sample |= {name.replace("_", " "): _text(final.get(name, DEFAULTS.get(name, ""))) for name in SHOWN}
    sample["created"] = f"{told.steps[0].at:%Y-%m-%d %H:%M}" if told.dated else "at the import"
    sample["steps"] = str(len(told.steps))
    return sample


def _text(value: Any) -> str:
    if isinstance(value, Person):
        return value.name
    if isinstance(value, list):
        return " / ".join(value)
    return str(value or "")[:120]


def _words(mapper: Mapper, name: str) -> list[Word]:
    rows = []
    for word, count in mapper.words[name].most_common(WORDS_SHOWN):
        meaning = mapper.meaning(name, word)
        rows.append(Word(safe(word), count, meaning or DEFAULTS[name], known=meaning is not None or is_empty(word)))
    return rows
