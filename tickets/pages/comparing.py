"""What changed between two texts: lines that went, came or stayed, with the changed words marked within a line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

CONTEXT = 3  # unchanged lines shown around a change
WORDS = re.compile(r"\s+|\w+|[^\w\s]")
LONGEST_LINE = 2_000  # beyond this words are not compared one by one


@dataclass(frozen=True)
class Piece:
    text: str
    changed: bool = False


@dataclass(frozen=True)
class Line:
    """`kind` is same, removed, added or gap (lines left out); the numbers are those of the old and the new text."""

    kind: str
    pieces: list[Piece] = field(default_factory=list)
    old: int | None = None
    new: int | None = None
    skipped: int = 0


def compare(old: str, new: str) -> list[Line]:
    """Return the lines of both texts in reading order, long unchanged stretches as one gap."""
    before, after = old.splitlines(), new.splitlines()
    lines: list[Line] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            same = [Line("same", [Piece(before[a1 + n])], a1 + n + 1, b1 + n + 1) for n in range(a2 - a1)]
            lines += _folded(same, first=a1 == 0 and b1 == 0, last=a2 == len(before) and b2 == len(after))
        else:
            lines += _changed(before[a1:a2], after[b1:b2], a1, b1)
    return lines


def _folded(lines: list[Line], *, first: bool, last: bool) -> list[Line]:
    head, tail = (0 if first else CONTEXT), (0 if last else CONTEXT)
    if len(lines) <= head + tail + 1:
        return lines
    left_out = Line("gap", skipped=len(lines) - head - tail)
    return [*lines[:head], left_out, *lines[len(lines) - tail :]]


def _changed(before: list[str], after: list[str], a: int, b: int) -> Iterator[Line]:
    pairs = [_words(x, y) for x, y in zip(before, after, strict=False)]
    for n, text in enumerate(before):
        yield Line("removed", pairs[n][0] if n < len(pairs) else [Piece(text)], old=a + n + 1)
    for n, text in enumerate(after):
        yield Line("added", pairs[n][1] if n < len(pairs) else [Piece(text)], new=b + n + 1)


def _words(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Return both lines in pieces; lines with little in common are left whole."""
    if max(len(old), len(new)) > LONGEST_LINE:
        return [Piece(old)], [Piece(new)]
    before, after = WORDS.findall(old), WORDS.findall(new)
    matcher = SequenceMatcher(None, before, after)
    if matcher.ratio() < 0.4:
        return [Piece(old)], [Piece(new)]
    left, right = [], []
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        left.append(Piece("".join(before[a1:a2]), tag != "equal"))
        right.append(Piece("".join(after[b1:b2]), tag != "equal"))
    return [p for p in left if p.text], [p for p in right if p.text]


def has_changes(lines: list[Line]) -> bool:
    return any(line.kind in ("added", "removed") for line in lines)
