"""Configuration files: JSON, or INI. A section puts its name before its keys: `[mcp]` `timeout` is `mcp_timeout`; `[general]` is none.

`[schedules.weekly]` is the table weekly of the schedules.
"""

import configparser
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analytics.configuration.schema import SETTINGS, Kind
from analytics.failures import WRONG_USAGE, Failure

HOME = ".ticket-analyzer"
NAMES = ("config.json", "config.ini")
NO_SECTION = "general"
LARGEST = 1_000_000


class ConfigurationError(Failure):
    """Settings that cannot be used; every problem is a sentence that names where it stands."""

    code = WRONG_USAGE

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def folder() -> Path:
    """Return where a person's configuration lives."""
    return Path.home() / HOME


def make_folder() -> Path:
    """Make the folder of a person's configuration, closed to others. Raises OSError."""
    place = folder()
    place.mkdir(mode=0o700, exist_ok=True)
    place.chmod(0o700)
    return place


def own_file() -> Path | None:
    """Return the configuration file in a person's folder, if there is one."""
    return next((path for name in NAMES if (path := folder() / name).is_file()), None)


def read_file(path: Path) -> dict[str, Any]:
    """Return key → raw value. Raises ConfigurationError."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(LARGEST + 1)
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path} is not UTF-8 text.") from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from None
    if len(text) > LARGEST:
        raise ConfigurationError(f"{path} is too large for a configuration file.")
    return dict(_flat(_ini(path, text) if path.suffix.lower() == ".ini" else _json(path, text)))


def _json(path: Path, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path} is not valid JSON: {error}.") from None
    if not isinstance(found, dict):
        raise ConfigurationError(f"{path} must hold a JSON object with the settings.")
    return found


def _ini(path: Path, text: str) -> dict[str, Any]:
    parser = configparser.ConfigParser(interpolation=None, default_section="")
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text, str(path))
    except configparser.Error as error:
        said = " ".join(str(error).split())
        raise ConfigurationError(f"{path} is not a valid INI file: {said}.") from None
    found: dict[str, Any] = {}
    for section in parser.sections():
        name, _, table = section.partition(".")
        place = found.setdefault(name, {})
        (place.setdefault(table, {}) if table else place).update(parser[section])
    return found


def _flat(found: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in found.items():
        setting = SETTINGS.get(name)
        if not isinstance(value, Mapping) or (setting and setting.kind in (Kind.PAIRS, Kind.TABLES)):
            yield name, value
            continue
        for key, inner in value.items():
            yield (key if name == NO_SECTION else f"{name}_{key}"), inner
