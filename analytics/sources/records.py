"""Where the records of a CSV file begin, found without taking it apart; in doubt the file is read record by record."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BLOCK = 1 << 25
QUOTE, NEWLINE = ord('"'), ord("\n")


def lines_of(path: Path, delimiter: str, width: int) -> NDArray[np.int64] | None:
    """Return the line at which each record below the header begins; None where one has not `width` fields, or quotes do not match.

    Delimiters and ends of lines count outside of quotes, and a byte is outside where an even number of quotes is before it.
    """
    ends: list[NDArray[np.int64]] = []  # newlines up to the end of each record
    counts: list[NDArray[np.int64]] = []  # delimiters up to there
    newlines = delimiters = quotes = 0
    last = b"\n"
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            data = np.frombuffer(block, np.uint8)
            quoted = np.flatnonzero(data == QUOTE)
            lines, cuts = np.flatnonzero(data == NEWLINE), np.flatnonzero(data == ord(delimiter))
            outside = _outside(lines, quoted, quotes)
            cuts = cuts[_outside(cuts, quoted, quotes)]
            ends.append(newlines + 1 + np.flatnonzero(outside))
            counts.append(delimiters + np.searchsorted(cuts, lines[outside]))
            newlines, delimiters, quotes, last = (
                *(newlines + len(lines), delimiters + len(cuts), quotes + len(quoted)),
                block[-1:],
            )
    if last != b"\n":
        ends.append(np.array([newlines + 1]))
        counts.append(np.array([delimiters]))
    if quotes % 2 or not ends or (np.diff(np.concatenate(counts), prepend=0) != width - 1).any():
        return None
    found: NDArray[np.int64] = np.concatenate(ends)[:-1] + 1
    return found


def _outside(places: NDArray[np.int64], quotes: NDArray[np.int64], before: int) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (before + np.searchsorted(quotes, places)) % 2 == 0
    return found
