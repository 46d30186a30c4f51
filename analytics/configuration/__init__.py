"""Settings of the command: the command line first, then a file, then variables, then defaults. Each value knows where it is from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from analytics.configuration.files import ConfigurationError, own_file, read_file
from analytics.configuration.schema import SETTINGS
from analytics.configuration.values import parsed

PREFIX = "TICKET_ANALYZER_"
FILE = f"{PREFIX}CONFIG"
COMMAND_LINE, DEFAULT = "command line", "default"

__all__ = ["Configuration", "ConfigurationError", "Value", "load"]


@dataclass(frozen=True)
class Value:
    value: Any
    origin: str


@dataclass(frozen=True)
class Configuration:
    """Every setting with its value; `file` is the configuration file that was read."""

    values: Mapping[str, Value]
    file: Path | None = None

    def __getitem__(self, name: str) -> Any:
        return self.values[name].value

    def origin(self, name: str) -> str:
        return self.values[name].origin

    def over(self, given: Mapping[str, Any]) -> "Configuration":
        """Return the settings with what the command line gives on top. Raises ConfigurationError."""
        problems: list[str] = []
        wanted = {name: raw for name, raw in given.items() if raw is not None and raw != ()}
        found = dict(_read(wanted, COMMAND_LINE, {name: _option(name) for name in wanted}, problems))
        if problems:
            raise ConfigurationError(*problems)
        return Configuration({**self.values, **_implied(found), **found}, self.file)


def load(environment: Mapping[str, str], path: Path | None = None) -> Configuration:
    """Return the settings of files and variables. Raises ConfigurationError with every problem found."""
    problems: list[str] = []
    file = path or (Path(environment[FILE]) if environment.get(FILE) else own_file())
    values = {name: Value(setting.default, DEFAULT) for name, setting in SETTINGS.items()}
    variables = {
        name.removeprefix(PREFIX).lower(): raw
        for name, raw in environment.items()
        if name.startswith(PREFIX) and name != FILE
    }
    values |= _read(variables, "variable", {name: f"{PREFIX}{name.upper()}" for name in variables}, problems)
    if file:
        raw = read_file(file)
        values |= _read(raw, str(file), {name: f"{file}: {name}" for name in raw}, problems)
    if problems:
        raise ConfigurationError(*problems)
    given = {name: value for name, value in values.items() if value.origin != DEFAULT}
    return Configuration({**values, **_implied(given)}, file)


def _implied(given: Mapping[str, Value]) -> dict[str, Value]:
    """Return the source that an input file stands for, where none is named beside it."""
    if given.get("input") and given["input"].value and "source" not in given:
        return {"source": Value("file", f"{given['input'].origin}, by input")}
    return {}


def _read(
    raw: Mapping[str, Any], origin: str, places: Mapping[str, str], problems: list[str]
) -> Iterator[tuple[str, Value]]:
    """Yield the values that are right; for the others a sentence is noted."""
    for name, value in raw.items():
        setting = SETTINGS.get(name)
        if setting is None:
            near = get_close_matches(name, SETTINGS, 1)
            problems.append(f"{places[name]} is no setting.{f' Did you mean {near[0]}?' if near else ''}")
            continue
        try:
            found = parsed(setting, value)
        except ValueError as error:
            problems.append(f"{places[name]} {error}.")
        else:
            yield name, Value(found, places[name] if origin == "variable" else origin)


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
