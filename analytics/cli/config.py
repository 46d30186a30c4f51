"""`ticket-analyzer config show`."""

import shutil

import click

from analytics.cli.session import Session, pass_session
from analytics.configuration.schema import SETTINGS
from analytics.configuration.values import shown


@click.group(name="config")
def command() -> None:
    """The settings, and where each comes from."""


@command.command()
@pass_session
def show(session: Session) -> None:
    """Show every setting with its value and where it is from. Secrets are masked."""
    found = session.configuration
    rows = [(name, shown(setting, found[name]), found.origin(name)) for name, setting in SETTINGS.items()]
    first, second = (max(len(row[place]) for row in rows) for place in (0, 1))
    second = min(second, max(20, shutil.get_terminal_size().columns // 2))
    for name, value, origin in rows:
        click.echo(f"{name:<{first}}  {value:<{second}}  {origin}")
