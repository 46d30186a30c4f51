"""What `analyze` and `report` do: read, answer, write."""

import json
from datetime import UTC, date, datetime

import click

from analytics.cli.asking import Answered, ask
from analytics.cli.output import write
from analytics.cli.table import table
from analytics.configuration import Configuration
from analytics.failures import Failure
from analytics.reports.formats import FORMATS
from analytics.reports.options import Options
from analytics.reports.writers.pdf import NoPdf


def analyze(configuration: Configuration, first: date | None, last: date | None) -> None:
    """Answer in the format that is configured. Raises Failure."""
    answered = ask(configuration, first, last, datetime.now(UTC))
    form = configuration["format"]
    if form == "table":
        data = table(answered, to_file=bool(configuration["output"])).encode()
    else:
        data = FORMATS[form].write(answered.analysis, Options(about=answered.about))
    if form == "json":
        data = json.dumps(json.loads(data) | {"source": answered.told()}, ensure_ascii=False, indent=2).encode()
    write(data, configuration["output"])
    _tell(answered)


def report(configuration: Configuration, first: date | None, last: date | None, *, form: str, title: str) -> None:
    """Write a report; without the name of a file under one that says what it is. Raises Failure."""
    answered = ask(configuration, first, last, datetime.now(UTC))
    if form == "cli":
        write(table(answered, to_file=bool(configuration["output"])).encode(), configuration["output"])
    else:
        path = configuration["output"] or f"ticket-report-{answered.days}.{form}"
        try:
            data = FORMATS[form].write(answered.analysis, Options(title=title, about=answered.about))
        except NoPdf as error:
            raise Failure(str(error)) from error
        write(data, path)
    _tell(answered)


def _tell(answered: Answered) -> None:
    """Say on stderr what a reader of the figures must know."""
    for sentence in answered.warnings:
        click.secho(sentence, fg="yellow", err=True)
