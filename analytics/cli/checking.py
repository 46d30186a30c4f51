"""`--validate-config` and `--test-config`."""

import click

from analytics.configuration import Configuration
from analytics.configuration.schema import SETTINGS
from analytics.sources import open_source


def check(configuration: Configuration, *, reach: bool) -> None:
    """Say that the settings are right, and what the source answers. Raises SourceError."""
    file = configuration.file
    click.echo(f"The settings are right; {f'{file} was read' if file else 'there is no configuration file'}.")
    secrets = [name for name, setting in SETTINGS.items() if setting.secret and configuration.origin(name) == str(file)]
    if file and secrets and file.stat().st_mode & 0o077:
        click.echo(f"It holds secrets and others may read it. Close it: chmod 600 {file}", err=True)
    if reach:
        click.echo(open_source(configuration).check())
