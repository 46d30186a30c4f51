"""What every command shares: the settings, and how much to say when something fails."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from analytics.configuration import Configuration, load


@dataclass
class Session:
    path: Path | None = None  # of the configuration file that was named
    verbose: bool = False

    @cached_property
    def configuration(self) -> Configuration:
        """The settings of files and variables. Raises ConfigurationError."""
        return load(os.environ, self.path)

    def with_options(self, **given: Any) -> Configuration:
        """Return the settings with a command's options on top. Raises ConfigurationError."""
        return self.configuration.over(given)


pass_session = click.make_pass_decorator(Session, ensure=True)
