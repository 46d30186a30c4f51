"""JSON: an object a line, or one list of objects, also inside of an object as APIs answer."""

import gzip
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from analytics.sources import SourceError
from analytics.sources.fields import found_in
from analytics.sources.tables import Rows, Table, text_of
from tickets.imports.files import GZIP, PAGE_BYTES
from tickets.imports.records import UnreadableFile

LOOKED_AT = 100  # objects that tell which fields there are


def read_json(path: Path, mapping: Mapping[str, str]) -> Table:
    """Return the table of a file with one list. Raises SourceError, UnreadableFile."""
    data = _bytes(path)
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if b"\n" in data.strip():
            return read_lines(path, mapping)
        raise UnreadableFile(f"This is not valid JSON: {error}.") from None
    return table_of(enumerate(_list(found), start=1), mapping)


def read_lines(path: Path, mapping: Mapping[str, str]) -> Table:
    """Return the table of a file with an object a line. Raises SourceError, UnreadableFile."""
    lines = enumerate(_bytes(path).splitlines(), start=1)
    return table_of(((number, _line(line)) for number, line in lines if line.strip()), mapping)


def table_of(objects: Iterable[tuple[int, Any]], mapping: Mapping[str, str]) -> Table:
    """Return the table of numbered objects; a ValueError among them is left aside with its reason. Raises SourceError."""
    found = list(objects)
    header = list(dict.fromkeys(name for _, row in found[:LOOKED_AT] if isinstance(row, dict) for name in row))
    if not header:
        raise SourceError("There are no objects in it. Hand in a list of objects, or one object a line.")
    rows = Rows(found_in(header, mapping))
    for number, row in found:
        if isinstance(row, dict):
            rows.add(number, [text_of(row.get(column)) for column in rows.fields.values()])
        else:
            rows.leave(number, str(row) if isinstance(row, ValueError) else "This is no object.")
    return rows.table()


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        start = file.read(2)
    with gzip.open(path) if start == GZIP else path.open("rb") as file:
        data: bytes = file.read(5 * PAGE_BYTES + 1)
    if len(data) > 5 * PAGE_BYTES:
        raise UnreadableFile("The file holds more than 1 GB of JSON. Hand it in as CSV or Parquet, or split it.")
    return data.removeprefix(b"\xef\xbb\xbf")


def _list(found: Any) -> list[Any]:
    if isinstance(found, dict):
        found = next((inner for inner in found.values() if isinstance(inner, list)), None)
    if not isinstance(found, list):
        raise UnreadableFile("The file holds no list of tickets.")
    return found


def _line(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return ValueError(f"The line is not valid JSON: {error}.")
