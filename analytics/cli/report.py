"""`ticket-analyzer report`."""

from typing import Any

import click

from analytics.cli.lazy import module
from analytics.cli.options import days_of, settings_of, shared
from analytics.cli.session import Session, pass_session

FORMATS = ("html", "pdf", "xlsx", "csv", "json", "parquet", "cli")


@click.command(name="report")
@click.option("--format", "-f", "form", type=click.Choice(FORMATS), default="html", show_default=True)
@click.option("--title", default="Ticket report", show_default=True, help="What the report is called.")
@shared
@pass_session
def command(session: Session, /, form: str, title: str, **options: Any) -> None:
    """A report with charts as a file: a web page, PDF, Excel and others; cli shows it here."""
    days = days_of(options)
    configuration = session.with_options(**settings_of(options))
    module("analytics.cli.work").report(configuration, *days, form=form, title=title)
