"""Opening what was handed in. Nothing in it is believed: sizes are counted while reading, and no archive is ever unpacked to disk."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from tickets.imports.records import UnreadableFile

FILE_BYTES = 2 * 1024**3
UNPACKED_BYTES = 4 * 1024**3
PAGE_BYTES = 200 * 1024**2
PAGES_AT_MOST = 20_000
FIELD_CHARACTERS = 1_000_000
HEADER_AT_MOST = 1_000_000  # characters
SUFFIXES = (".csv", ".csv.gz", ".json", ".zip")
DELIMITERS = ",;\t|"
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
csv.field_size_limit(FIELD_CHARACTERS)


class Counted(io.RawIOBase):
    """A stream that fails once more came out of it than allowed: a small file can hold a very large one."""

    def __init__(self, inner: IO[bytes], limit: int) -> None:
        self._inner, self._left = inner, limit

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._inner.close()
        super().close()

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._inner.read(len(buffer))
        except (OSError, EOFError, zipfile.BadZipFile) as error:
            raise UnreadableFile(f"The file is damaged: {error}.") from None
        self._left -= len(data)
        if self._left < 0:
            raise UnreadableFile("The file holds more than the limit once unpacked. Split it.")
        buffer[: len(data)] = data
        return len(data)


def open_text(path: Path, encoding: str) -> IO[str]:
    """Open a plain or gzipped table. Bytes that are not in the encoding stay recognisable, so that only their rows are refused."""
    check_size(path)
    with path.open("rb") as head:
        start = head.read(4)
    if start.startswith(ZIP):
        raise UnreadableFile("This is a zip archive. Hand in the table itself, as .csv or .csv.gz.")
    inner: Any = gzip.open(path) if start.startswith(GZIP) else path.open("rb")  # noqa: SIM115 - the reader closes it
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    counted = io.BufferedReader(Counted(inner, UNPACKED_BYTES), 1 << 16)
    return io.TextIOWrapper(counted, encoding=encoding, errors="surrogateescape", newline="")


def check_size(path: Path) -> None:
    if not path.is_file():
        raise UnreadableFile(f"There is no file {path.name}.")
    if path.stat().st_size > FILE_BYTES:
        raise UnreadableFile("The file is larger than 2 GB. Split it.")


def delimiter_of(header: str) -> str:
    return max(DELIMITERS, key=header.count)


def read_header(file: IO[str]) -> tuple[list[str], str]:
    """Return the column names of the first line, and the delimiter. Raises UnreadableFile."""
    try:
        first = file.readline(HEADER_AT_MOST)
        delimiter = delimiter_of(first)
        names = next(csv.reader([first], delimiter=delimiter), [])
    except (csv.Error, UnicodeError) as error:
        raise UnreadableFile(f"The first line cannot be read as column names: {error}.") from None
    names = [name.strip() for name in names]
    if not any(names):
        raise UnreadableFile("The file is empty, or its first line holds no column names.")
    return names, delimiter


def read_cells(file: IO[str], delimiter: str, width: int) -> Iterator[tuple[int, list[str], str]]:
    """Yield the line at which each row below the header begins, its cells, and what is wrong with it, "" where nothing is."""
    rows = csv.reader(file, delimiter=delimiter)
    end = 1
    while True:
        begin = end + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except (csv.Error, UnicodeError) as error:
            end = rows.line_num + 1
            yield begin, [], f"The line cannot be read: {error}."
            continue
        end = rows.line_num + 1
        if cells:
            wrong = len(cells) != width
            yield begin, cells, f"The line has {len(cells)} fields, the header has {width}." if wrong else ""


def read_pages(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield (name, content) of a JSON file, or of every JSON file in a zip archive; the content is a ValueError where it is no JSON."""
    check_size(path)
    with path.open("rb") as head:
        is_zip = head.read(4) == ZIP
    if not is_zip:
        with path.open("rb") as file:
            yield path.name, _json(file)
        return
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise UnreadableFile("The archive is damaged.") from None
    with archive:
        members = sorted(m.filename for m in archive.infolist() if m.filename.lower().endswith(".json"))
        if len(members) > PAGES_AT_MOST:
            raise UnreadableFile(f"The archive holds more than {PAGES_AT_MOST:,} pages. Split it.")
        if sum(archive.getinfo(name).file_size for name in members) > UNPACKED_BYTES:
            raise UnreadableFile("The archive holds more than the limit once unpacked. Split it.")
        for name in members:
            try:
                with archive.open(name) as file:
                    yield name, _json(file)
            except (RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
                yield name, ValueError(f"It cannot be unpacked: {error}")


def _json(file: IO[bytes]) -> Any:
    try:
        data = file.read(PAGE_BYTES + 1)
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        return ValueError(f"It is damaged: {error}")
    if len(data) > PAGE_BYTES:
        return ValueError("It is larger than 200 MB.")
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return ValueError("It is not valid UTF-8.")
    except (ValueError, RecursionError):
        return ValueError("It is not valid JSON.")
