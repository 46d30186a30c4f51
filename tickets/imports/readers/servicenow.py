"""ServiceNow's incident table, and its audit with a row for each change: the rows of one incident stand together."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tickets.choices import CLOSED_STATUSES
from tickets.imports.mapping import FieldMapping, Mapper, safe
from tickets.imports.readers.tables import Row, read_rows, refusal, resolution_of, ticket_of, values_of
from tickets.imports.records import ImportedTicket, Refusal, Refused, Step

DEFAULTS = FieldMapping()


def read(path: Path, mapper: Mapper) -> Iterator[ImportedTicket | Refusal]:
    """Yield one ticket for each run of rows with the same number; a row that cannot be read is refused alone."""
    group: list[Row] = []
    for row in read_rows(path, mapper):
        if isinstance(row, Refusal):
            yield row
            continue
        if group and row.values["external_id"] != group[0].values["external_id"]:
            yield from _tickets(group, mapper)
            group = []
        group.append(row)
    if group:
        yield from _tickets(group, mapper)


def count(path: Path, mapper: Mapper) -> int:
    """Return how many records `read` will yield."""
    found, last = 0, None
    for row in read_rows(path, mapper):
        number = None if isinstance(row, Refusal) else row.values["external_id"]
        found += number is None or number != last
        last = last if number is None else number
    return found


def _tickets(rows: list[Row], mapper: Mapper) -> Iterator[ImportedTicket | Refusal]:
    try:
        yield ticket_of(rows[0], mapper) if len(rows) == 1 else _history(rows, mapper)
    except Refused as error:
        yield refusal(rows[0], Refused(_place(error, rows)))


def _place(error: Refused, rows: list[Row]) -> str:
    return str(error) if len(rows) == 1 else f"{error} (in lines {rows[0].line} to {rows[-1].line})"


def _history(rows: list[Row], mapper: Mapper) -> ImportedTicket:
    """Return the ticket whose audit these rows are: the first made it, each later one is a step with what it changed."""
    external_id = mapper.identifier(rows[0].values["external_id"])
    changed = [(_changed_at(row, mapper), row) for row in rows]
    changed.sort(key=lambda pair: pair[0])
    first = changed[0][1]
    at = mapper.moment("created_at", first.get("created_at")) if first.get("created_at") else changed[0][0]
    opener = mapper.name("opened_by", first.get("opened_by"))
    values = values_of(first, mapper)
    steps = [Step(at, opener or values["requester"] or "", values)]
    known = dict(values)
    for moment, row in changed[1:]:
        at = max(at, moment)
        now = values_of(row, mapper)
        if not row.get("title"):
            now["title"] = values["title"]  # made from other fields, which have steps of their own
        if now.get("status") in CLOSED_STATUSES:
            now["resolution"] = resolution_of(row, mapper)
        delta: dict[str, Any] = {name: value for name, value in now.items() if known.get(name, "") != value}
        if delta:
            steps.append(Step(at, safe(mapper.name("changed_by", row.get("changed_by"))), delta))
            known |= delta
    return ImportedTicket(rows[0].line, external_id, steps)


def _changed_at(row: Row, mapper: Mapper) -> Any:
    if not row.get("updated_at"):
        raise Refused("The incident has several rows, but one of them has no time of its change.")
    return mapper.moment("updated_at", row.get("updated_at"))
