"""Personal data taken out of a text before it leaves, and put back into what returns. Pure; every room may need it.

A value becomes a placeholder such as `[EMAIL_1]`, the same one wherever it occurs in what one `Mask` hides, so that the reader of the
masked text can still tell two people apart. What already looks like a placeholder is hidden too, so that `restore(hide(text)) == text`.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from tickets.personal.finding import found

PLACEHOLDER = re.compile(r"\[(?:EMAIL|PHONE|CARD|IBAN|SSN|ACCOUNT|ADDRESS|SECRET|NAME|TEXT)_\d{1,6}\]")
BEGUN = re.compile(r"\[(?:[A-Z]{1,7}(?:_\d{0,6})?)?\Z")  # what may become a placeholder with the next piece of a text
LONGEST = 256  # characters of a name that is hidden


class Mask:
    """What one conversation hides; `names` are the people known to occur in it."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._placeholders: dict[str, str] = {}
        self._values: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._known: set[str] = set()
        self.know(names)

    def know(self, names: Iterable[str]) -> None:
        """Hide these names too from now on."""
        new = {name for name in names if name} - self._known
        if new or not self._known:
            self._known |= new
            self._names = _names_pattern(self._known)

    @property
    def hidden(self) -> int:
        """Return how many different values were hidden so far."""
        return len(self._values)

    def hide(self, text: str) -> str:
        """Return `text` with its personal data replaced by placeholders."""
        masked: list[str] = []
        end = 0
        for kind, start, stop in _found(text):
            masked += (self._hide_names(text[end:start]), self._placeholder(kind, text[start:stop]))
            end = stop
        return "".join((*masked, self._hide_names(text[end:])))

    def restore(self, text: str) -> str:
        """Return `text` with the placeholders this mask gave out replaced by what they stand for."""
        return PLACEHOLDER.sub(lambda match: self._values.get(match[0], match[0]), text)

    def hide_in(self, value: Any) -> Any:
        """Return a JSON value with every string in it masked, names of members excepted."""
        return _mapped(value, self.hide)

    def restore_in(self, value: Any) -> Any:
        """Return a JSON value with every string in it restored."""
        return _mapped(value, self.restore)

    def _hide_names(self, text: str) -> str:
        return self._names.sub(lambda match: self._placeholder("NAME", match[0]), text) if self._names else text

    def _placeholder(self, kind: str, value: str) -> str:
        known = self._placeholders.get(value)
        if known is None:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            known = f"[{kind}_{self._counts[kind]}]"
            self._placeholders[value] = known
            self._values[known] = value
        return known


class Restorer:
    """Puts values back into a text that comes in pieces: what may be the beginning of a placeholder waits for the next piece."""

    def __init__(self, mask: Mask) -> None:
        self._mask = mask
        self._held = ""

    def take(self, piece: str) -> str:
        """Return what can be said after this piece."""
        text = self._held + piece
        begun = BEGUN.search(text)
        end = begun.start() if begun else len(text)
        self._held = text[end:]
        return self._mask.restore(text[:end])

    def rest(self) -> str:
        """Return what was held back, once nothing more comes."""
        text, self._held = self._held, ""
        return self._mask.restore(text)


def _mapped(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _mapped(inner, change) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(inner, change) for inner in value]
    return value


def _names_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Full names, and their parts of three letters and more, longest first."""
    wanted = {name.strip() for name in names} | {part for name in names for part in name.split()}
    telling = sorted((re.escape(name) for name in wanted if 3 <= len(name) <= LONGEST), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(telling)})(?!\w)", re.IGNORECASE) if telling else None


def _found(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield what is personal, and what already looks like a placeholder."""
    end = 0
    for taken in PLACEHOLDER.finditer(text):
        yield from ((kind.value, end + start, end + stop) for kind, start, stop in found(text[end : taken.start()]))
        yield "TEXT", taken.start(), taken.end()
        end = taken.end()
    yield from ((kind.value, end + start, end + stop) for kind, start, stop in found(text[end:]))
