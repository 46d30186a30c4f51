"""From what a file, a variable or a command line holds to the value of a setting."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from analytics.configuration.schema import Kind, Setting

YES, NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


def parsed(setting: Setting, raw: Any) -> Any:
    """Return the value of a setting: of text, or of what JSON holds. Raises ValueError with a sentence."""
    value = PARSERS[setting.kind](raw)
    if setting.choices:
        _choose(setting, value)
    if setting.kind == Kind.NUMBER:
        _bound(setting, value)
    return value


def shown(setting: Setting, value: Any) -> str:
    """Return a value as a person reads it; of a secret only whether there is one."""
    if setting.secret:
        return "***" if value else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if setting.kind == Kind.TABLES:
        return ", ".join(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={inner}" for name, inner in value.items())
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _text(raw: Any) -> str:
    if isinstance(raw, str):
        return raw
    raise ValueError("must be text")


def _number(raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise ValueError("must be a whole number")
    try:
        return int(raw)
    except ValueError:
        raise ValueError(f"must be a whole number, not {str(raw)[:40]!r}") from None


def _flag(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = raw.strip().lower() if isinstance(raw, str) else None
    if word in YES or word in NO:
        return word in YES
    raise ValueError("must be yes or no")


def _words(raw: Any) -> tuple[str, ...]:
    parts = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise ValueError("must be a list of words")
    return tuple(part.strip() for part in parts if part.strip())


def _pairs(raw: Any) -> dict[str, str]:
    if isinstance(raw, Mapping) and all(isinstance(inner, str) for pair in raw.items() for inner in pair):
        return dict(raw)
    if not isinstance(raw, Mapping | bool | int | float | None):
        pairs = [part.partition("=") for part in _words(raw)]
        if all(name.strip() and equals for name, equals, _ in pairs):
            return {name.strip(): value.strip() for name, _, value in pairs}
    raise ValueError("must be pairs like name=value")


def _tables(raw: Any) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:
        found = None
    if isinstance(found, Mapping) and all(isinstance(inner, Mapping) for inner in found.values()):
        return {str(name): dict(inner) for name, inner in found.items()}
    raise ValueError("must be a table of tables")


def _choose(setting: Setting, value: Any) -> None:
    wrong = [word for word in (value if isinstance(value, tuple) else [value]) if word not in setting.choices]
    if wrong:
        raise ValueError(f"must be one of {', '.join(setting.choices)}, not {', '.join(wrong)[:80]!r}")


def _bound(setting: Setting, value: int) -> None:
    least, most = setting.least, setting.most
    if (least is not None and value < least) or (most is not None and value > most):
        raise ValueError(f"must be from {least:,} to {most:,}" if most is not None else f"must be {least:,} or more")


PARSERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.FLAG: _flag,
    Kind.WORDS: _words,
    Kind.PAIRS: _pairs,
    Kind.TABLES: _tables,
}
