"""Rows of a table, and the ticket that one row, or several rows of an audit, tell of."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tickets.choices import CLOSED_STATUSES, Status
from tickets.imports.files import open_text, read_cells, read_header
from tickets.imports.mapping import Mapper, safe
from tickets.imports.records import ImportedTicket, Person, Refusal, Refused, Step, UnreadableFile
from tickets.imports.words import is_empty


@dataclass
class Row:
    """A line of the table by our field names; `repeated` holds columns that occur several times, by the source's name."""

    line: int
    values: dict[str, str]
    repeated: Mapping[str, list[str]]

    def get(self, field: str) -> str:
        value = self.values.get(field, "")
        return "" if is_empty(value) else value


def header_of(path: Path, encoding: str) -> list[str]:
    """Return the column names. Raises UnreadableFile."""
    with open_text(path, encoding) as file:
        return read_header(file)[0]


def read_rows(path: Path, mapper: Mapper) -> Iterator[Row | Refusal]:
    """Yield the rows under our field names. Raises UnreadableFile where the table or its mapping makes no sense as a whole."""
    with open_text(path, mapper.mapping.encoding) as file:
        header, delimiter = read_header(file)
        try:
            columns = mapper.mapping.found_in(header)
        except Refused as error:
            raise UnreadableFile(str(error)) from None
        if "external_id" not in columns:
            raise UnreadableFile("No column holds the id of a ticket. Name it in the mapping as external_id.")
        places = {field: header.index(name) for field, name in columns.items()}
        several = {name: [i for i, n in enumerate(header) if n == name] for name in header if header.count(name) > 1}
        for line, cells, reason in read_cells(file, delimiter, len(header)):
            if reason:
                known = cells[places["external_id"]][:100] if len(cells) > places["external_id"] else ""
                yield Refusal(line, reason, safe(known))
                continue
            repeated = {name: [cells[i] for i in at if cells[i]] for name, at in several.items()} if several else {}
            yield Row(line, {field: cells[place] for field, place in places.items()}, repeated)


def count_rows(path: Path, mapper: Mapper) -> int:
    """Return how many records `read_table` will yield, without looking into them."""
    return sum(1 for _ in read_rows(path, mapper))


def refusal(row: Row, error: Refused) -> Refusal:
    return Refusal(row.line, safe(str(error)), safe(row.get("external_id"))[:200])


def values_of(row: Row, mapper: Mapper) -> dict[str, Any]:
    """Return the typed values that a row gives, without those that need its history. Raises Refused."""
    values: dict[str, Any] = {}
    parts = [mapper.name(name, row.get(name)) for name in ("category", "subcategory")]
    category = [part for part in parts if part]
    stand_in = f"{row.get('external_id')}: {' / '.join(category)}" if category else row.get("external_id")
    values["title"], values["description"] = mapper.titled(row.get("title"), row.get("description"), stand_in)
    for name in ("status", "priority", "urgency", "impact"):
        if name in row.values:
            values[name] = mapper.choice(name, row.values[name])
    values["category"] = category
    values["team"] = mapper.name("team", row.get("team"))
    organization = mapper.name("organization", row.get("organization"), 200)
    values["organization"] = organization
    for name, email in (("requester", row.get("requester_email")), ("assignee", "")):
        who = row.get(name)
        found = mapper.person(name, who, email, organization if name == "requester" else "") if who or email else None
        values[name] = found
    if row.get("tags"):
        values["tags"] = tag_names(row.get("tags").replace(";", ",").replace(",", " ").split(), mapper)
    if row.get("due_at"):
        values["due_at"] = mapper.moment("due_at", row.get("due_at"))
    return values


def tag_names(words: Iterable[str], mapper: Mapper) -> list[str]:
    """Return words as tags: lower case, no blanks or commas, at most 50 characters and 50 tags."""
    cleaned = {"-".join(mapper.name("tags", word, 50).lower().replace(",", " ").split()) for word in words}
    return sorted(cleaned - {""})[:50]


def resolution_of(row: Row, mapper: Mapper) -> str:
    return mapper.text("resolution", row.get("resolution")).strip()


def ticket_of(row: Row, mapper: Mapper) -> ImportedTicket:
    """Return the ticket that a single row tells of; where it was resolved and closed at known times, these are steps. Raises Refused."""
    external_id = mapper.identifier(row.values["external_id"])
    values = values_of(row, mapper)
    resolution = resolution_of(row, mapper)
    status = values.get("status", Status.OPEN)
    created = mapper.moment("created_at", row.get("created_at")) if row.get("created_at") else None
    at = created or mapper.now
    opener: Person | str = mapper.name("opened_by", row.get("opened_by")) or values["requester"] or ""
    steps = [Step(at, opener, values)]
    ends = _endings(row, mapper, status) if created else []
    if ends:
        values["status"] = Status.OPEN
        for moment, ending in ends:
            at = max(at, moment)
            step = Step(at, values["assignee"] or "", {"status": ending})
            if resolution and ending == ends[0][1]:
                step.values["resolution"] = resolution
            steps.append(step)
    elif resolution and status in CLOSED_STATUSES:
        values["resolution"] = resolution
    return ImportedTicket(row.line, external_id, steps, dated=created is not None)


def _endings(row: Row, mapper: Mapper, status: str) -> list[tuple[Any, str]]:
    """Return when a ticket that is resolved or closed became so, as far as the row knows."""
    if status not in CLOSED_STATUSES:
        return []
    resolved = mapper.moment("resolved_at", row.get("resolved_at")) if row.get("resolved_at") else None
    closed = mapper.moment("closed_at", row.get("closed_at")) if row.get("closed_at") else None
    if status == Status.RESOLVED or not (resolved and closed):
        moment = resolved or closed
        return [(moment, status)] if moment else []
    return [(resolved, Status.RESOLVED), (closed, Status.CLOSED)]


def read_table(path: Path, mapper: Mapper) -> Iterator[ImportedTicket | Refusal]:
    """Yield one ticket a row."""
    for row in read_rows(path, mapper):
        if isinstance(row, Refusal):
            yield row
            continue
        try:
            yield ticket_of(row, mapper)
        except Refused as error:
            yield refusal(row, error)
