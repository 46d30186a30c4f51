"""Excel files for import and export, read within limits: a small file may unpack to, or claim, more than any list of people."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from import_export.formats.base_formats import XLSX
from openpyxl import load_workbook
from tablib import Dataset

UNPACKED_AT_MOST = 50 * 1024 * 1024  # bytes
ROWS_AT_MOST, COLUMNS_AT_MOST = 10_000, 50


class Spreadsheet(XLSX):  # type: ignore[misc]
    """The first sheet of an Excel workbook; formulas are read as the values they last had."""

    def create_dataset(self, in_stream: bytes) -> Dataset:
        """Return the rows that hold something. Raises ValueError for too many; what is no workbook raises as its reader does."""
        rows = _rows(in_stream)
        table = Dataset(headers=next(rows, []))
        for row in rows:
            if table.height == ROWS_AT_MOST:
                raise ValueError(f"The sheet has more than {ROWS_AT_MOST:,} rows. Split it.")
            table.append(row)
        return table


def _rows(content: bytes) -> Iterator[list[Any]]:
    """Yield the rows that hold something, none longer than the first, which names the columns."""
    with zipfile.ZipFile(BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > UNPACKED_AT_MOST:
            raise ValueError("The workbook is too large. Save the list of people alone, without pictures.")
    sheet = load_workbook(BytesIO(content), read_only=True, data_only=True).worksheets[0]
    width = 0
    for row in sheet.iter_rows(max_row=2 * ROWS_AT_MOST, max_col=COLUMNS_AT_MOST, values_only=True):
        filled = [number for number, cell in enumerate(row, 1) if cell is not None]
        width = width or max(filled, default=0)
        if filled:
            yield [int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in row[:width]]
