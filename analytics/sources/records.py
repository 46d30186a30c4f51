"""Where the records of a CSV file begin, found without taking it apart; in doubt the file is read record by record."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BLOCK = 1 << 18  # bytes that stay in a processor's cache while they are looked at
QUOTE, NEWLINE, RETURN = b'"\n\r'
MARK = (0xEF, 0xBB, 0xBF)  # with which some programs begin a file in UTF-8
Bytes = NDArray[np.uint8]
Counts = NDArray[np.int64]


def lines_of(path: Path, delimiter: str, width: int) -> Counts | None:
    """Return the line at which each record below the header begins; None where one has not `width` fields, or quotes do not match."""
    data: Bytes = np.asarray(np.memmap(path, np.uint8, "r"))
    scan = _Scan(data[3:] if tuple(data[:3]) == MARK else data, ord(delimiter))
    if width < 2 or not scan.all() or (np.diff(np.concatenate(scan.delimiters), prepend=0) != width - 1).any():
        return None
    found: Counts = np.concatenate(scan.lines)[:-1] + 1
    return found


@dataclass
class _Scan:
    """Delimiters and ends of lines count outside of quotes, and a byte is outside where an even number of quotes is before it.

    `lines` and `delimiters` say for the end of each record how many newlines and delimiters are before it.
    """

    data: Bytes
    comma: int
    lines: list[Counts] = field(default_factory=list)
    delimiters: list[Counts] = field(default_factory=list)
    newlines: int = 0
    cuts: int = 0
    quotes: int = 0

    def __post_init__(self) -> None:
        self._before = _marked(QUOTE, NEWLINE, self.comma)
        self._after = _marked(QUOTE, NEWLINE, RETURN, self.comma)

    def all(self) -> bool:
        """Look at everything; say whether quotes are as they should be."""
        if not all(self._block(begin) for begin in range(0, len(self.data), BLOCK)):
            return False
        if self.data[-1] != NEWLINE:
            self.lines.append(np.array([self.newlines + 1]))
            self.delimiters.append(np.array([self.cuts]))
        return self.quotes % 2 == 0

    def _block(self, begin: int) -> bool:
        block = self.data[begin : begin + BLOCK]
        marks = np.flatnonzero((block == QUOTE) | (block == NEWLINE) | (block == self.comma))
        kinds = block[marks]
        is_quote, is_line = kinds == QUOTE, kinds == NEWLINE
        quoted = begin + marks[is_quote]
        if not self._at_edges(quoted):
            return False
        outside = ((self.quotes + np.cumsum(is_quote)) & 1) == 0
        is_end = is_line & outside
        newlines = self.newlines + np.cumsum(is_line)
        cuts = self.cuts + np.cumsum((kinds == self.comma) & outside)
        self.lines.append(newlines[is_end])
        self.delimiters.append(cuts[is_end])
        if len(marks):
            self.newlines, self.cuts, self.quotes = int(newlines[-1]), int(cuts[-1]), self.quotes + len(quoted)
        return True

    def _at_edges(self, quoted: NDArray[np.intp]) -> bool:
        """Whether these quotes open and close whole fields, or are doubled: about others readers disagree."""
        odd = self.quotes % 2
        opening = np.maximum(quoted[odd::2] - 1, 0)
        closing = np.minimum(quoted[1 - odd :: 2] + 1, len(self.data) - 1)
        return bool(self._before[self.data[opening]].all() and self._after[self.data[closing]].all())


def _marked(*kinds: int) -> NDArray[np.bool_]:
    """Return a table of bytes in which these are marked."""
    table = np.zeros(256, bool)
    table[list(kinds)] = True
    return table
