"""Personal data and secrets out of what is shown, printed and written: for good, unlike `tickets.masking`, whose masks can be undone.

Pure: works without the project's settings. The rules themselves belong to `tickets.personal`.
"""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

from tickets.personal.finding import found
from tickets.personal.kinds import EVERYTHING, Kind

CONTACT = frozenset({Kind.EMAIL, Kind.PHONE})
LEVELS = {  # what each hides
    "off": frozenset[Kind](),
    "contact": CONTACT,
    "standard": EVERYTHING - {Kind.ADDRESS},
    "full": EVERYTHING,  # addresses of machines too
}
DEFAULT = "standard"
SHOWN = {
    Kind.EMAIL: "[EMAIL_REDACTED]",
    Kind.PHONE: "[PHONE_REDACTED]",
    Kind.SSN: "[SSN_REDACTED]",
    Kind.ACCOUNT: "[ACCOUNT_REDACTED]",
    Kind.CARD: "[ACCOUNT_REDACTED]",
    Kind.IBAN: "[ACCOUNT_REDACTED]",
    Kind.SECRET: "[TOKEN_REDACTED]",
    Kind.ADDRESS: "[ADDRESS_REDACTED]",
}
FIELD = "[FIELD_REDACTED]"
SECRET_FIELDS = re.compile(
    r"(?i)(?:^|[_-])(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|private[_-]?key|credentials?|ssn|authorization)$"
)


def masked(text: str, level: str = DEFAULT) -> str:
    """Return a text with what the level hides replaced by its kind, such as "[EMAIL_REDACTED]". Raises KeyError for another level."""
    parts: list[str] = []
    end = 0
    for kind, start, stop in found(text, LEVELS[level]):
        parts += (text[end:start], SHOWN[kind])
        end = stop
    return "".join((*parts, text[end:])) if parts else text


def masked_in(value: Any, level: str = DEFAULT) -> Any:
    """Return a JSON value with every text in it masked, and members that hold a secret by their name as a whole."""
    if isinstance(value, str):
        return masked(value, level)
    if isinstance(value, dict):
        return {name: _field(name, inner, level) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [masked_in(inner, level) for inner in value]
    return value


def told_apart(names: Mapping[int, str], hide: Callable[[str], str]) -> dict[int, str]:
    """Return names as `hide` shows them; of those that it changed, the ones that became the same are numbered."""
    seen: dict[str, int] = {}
    shown = dict(names)
    for code, name in names.items():
        hidden = hide(name)
        if hidden != name:
            seen[hidden] = seen.get(hidden, 0) + 1
            shown[code] = hidden if seen[hidden] == 1 else f"{hidden} {seen[hidden]}"
    return shown


def _field(name: Any, value: Any, level: str) -> Any:
    is_secret = bool(LEVELS[level]) and value not in (None, "") and SECRET_FIELDS.search(str(name))
    return FIELD if is_secret else masked_in(value, level)


class MaskedLog(logging.Filter):
    """Masks every record that a handler writes, also the text of an exception."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage(), "full"), None
        if record.exc_info:
            record.exc_text = masked(logging.Formatter().formatException(record.exc_info), "full")
        return True
