"""Commands and their work, imported when they are first needed: `--help` must not pay for NumPy, Django or polars."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


def module(name: str) -> Any:
    """Return a module of this room; the first call may take a second."""
    return import_module(name)


class LazyGroup(click.Group):
    """A group that knows its commands by name, module and a line of help. Each module has its command as `command`."""

    def __init__(self, *args: Any, commands_at: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commands_at = commands_at

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands_at)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.commands_at:
            return None
        command: click.Command = module(self.commands_at[name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.commands_at.items()])
