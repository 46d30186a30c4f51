"""CSV files: those without fault at once, others record by record, as imports read them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory

import polars as pl

from analytics.sources.fields import found_in
from analytics.sources.records import lines_of
from analytics.sources.tables import Rows, Table
from tickets.imports.files import GZIP, open_text, read_cells, read_header

UTF_8 = {"utf-8", "utf8", "utf-8-sig"}
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_csv(path: Path, mapping: Mapping[str, str], encoding: str) -> Table:
    """Return the table of a plain or gzipped file. Raises SourceError, UnreadableFile."""
    with _plain(path, encoding) as (plain, used):
        with open_text(plain, used) as file:
            header, delimiter = read_header(file)
        fields = found_in(header, mapping)
        lines = lines_of(plain, delimiter, len(header))
        columns = None if lines is None else _at_once(plain, delimiter, header, fields)
        if lines is None or columns is None or len(columns) != len(lines):
            return _one_by_one(plain, used, fields)
        return Table(columns, lines)


@contextmanager
def _plain(path: Path, encoding: str) -> Iterator[tuple[Path, str]]:
    """Give a file that is not packed and in UTF-8, the same or a copy, and its encoding."""
    with path.open("rb") as head:
        start = head.read(4)
    is_utf_8 = encoding.lower() in UTF_8
    if is_utf_8 and not start.startswith((GZIP, *UTF_16)):
        yield path, "utf-8-sig"
        return
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "table.csv"
        with (
            copy.open("w", encoding="utf-8", errors="replace", newline="") as plain,
            open_text(path, "utf-8-sig" if is_utf_8 else encoding) as file,
        ):
            copyfileobj(file, plain, 1 << 20)
        yield copy, "utf-8-sig"


def _at_once(path: Path, delimiter: str, header: list[str], fields: Mapping[str, str]) -> pl.DataFrame | None:
    """Return the columns of a file without fault, None of one that turns out to have any."""
    places = {name: f"column_{header.index(column)}" for name, column in fields.items()}
    schema = {f"column_{place}": pl.String for place in range(len(header))}
    rows = pl.scan_csv(
        path, has_header=False, skip_lines=1, separator=delimiter, schema=schema, encoding="utf8-lossy", glob=False
    )
    try:
        return rows.select(pl.col(place).alias(name) for name, place in places.items()).collect()
    except pl.exceptions.PolarsError:
        return None


def _one_by_one(path: Path, encoding: str, fields: dict[str, str]) -> Table:
    with open_text(path, encoding) as file:
        header, delimiter = read_header(file)
        rows = Rows(fields)
        places = [header.index(column) for column in fields.values()]
        for line, cells, reason in read_cells(file, delimiter, len(header)):
            if reason:
                rows.leave(line, reason)
            else:
                rows.add(line, [_clean(cells[place]) for place in places])
        return rows.table()


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
