"""What `analyze` and `report` do: read, answer, write."""

from dataclasses import replace
from datetime import UTC, date, datetime

import click
import orjson

from analytics.cli.asking import Answered, ask
from analytics.cli.output import write
from analytics.cli.table import table
from analytics.configuration import Configuration
from analytics.failures import Failure
from analytics.reports.formats import FORMATS
from analytics.reports.options import PLAIN, Options
from analytics.reports.writers.pdf import NoPdf

TABLE = "table"


def analyze(configuration: Configuration, first: date | None, last: date | None) -> None:
    """Answer in the format that is configured. Raises Failure."""
    answered = ask(configuration, first, last, datetime.now(UTC))
    write(_written(answered, configuration, configuration["format"], PLAIN), configuration["output"])
    _tell(answered)


def report(configuration: Configuration, first: date | None, last: date | None, *, form: str, title: str) -> None:
    """Write a report; without the name of a file under one that says what it is. Raises Failure."""
    answered = ask(configuration, first, last, datetime.now(UTC))
    shown = form == "cli"
    path = configuration["output"] or ("" if shown else f"ticket-report-{answered.days}.{form}")
    write(_written(answered, configuration, TABLE if shown else form, Options(title)), path)
    _tell(answered)


def _written(answered: Answered, configuration: Configuration, form: str, options: Options) -> bytes:
    """Return the answer in a format; JSON also tells where it is from. Raises Failure."""
    if form == TABLE:
        return table(answered, to_file=bool(configuration["output"])).encode()
    if form == "json":
        return orjson.dumps(answered.shape(), option=orjson.OPT_INDENT_2)
    try:
        outlook = None if answered.forecast.note else answered.forecast.found
        return FORMATS[form].write(answered.analysis, replace(options, about=answered.about, outlook=outlook))
    except NoPdf as error:
        raise Failure(str(error)) from error


def _tell(answered: Answered) -> None:
    """Say on stderr what a reader of the figures must know."""
    for sentence in answered.warnings:
        click.secho(sentence, fg="yellow", err=True)
