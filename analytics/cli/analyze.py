"""`ticket-analyzer analyze`."""

from typing import Any

import click

from analytics.cli.lazy import module
from analytics.cli.options import days_of, settings_of, shared
from analytics.cli.session import Session, pass_session
from analytics.configuration.schema import SETTINGS


@click.command(name="analyze")
@click.option("--format", "-f", type=click.Choice(SETTINGS["format"].choices), help=SETTINGS["format"].help)
@shared
@pass_session
def command(session: Session, /, **options: Any) -> None:
    """Figures, trends and remarks of a period."""
    days = days_of(options)
    configuration = session.with_options(**settings_of(options))
    module("analytics.cli.work").analyze(configuration, *days)
