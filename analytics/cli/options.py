"""The options that several commands share: what is read, and what is asked about it."""

from collections.abc import Callable
from typing import Any

import click

from analytics.configuration.schema import SETTINGS

DAY = click.DateTime(["%Y-%m-%d"])
SHARED = (
    click.option("--start-date", type=DAY, metavar="YYYY-MM-DD", help="The first day."),
    click.option("--end-date", type=DAY, metavar="YYYY-MM-DD", help="The last day."),
    click.option("--source", type=click.Choice(SETTINGS["source"].choices), help=SETTINGS["source"].help),
    click.option("--input", "-i", "input_", metavar="FILE", help=SETTINGS["input"].help),
    click.option("--output", "-o", metavar="FILE", help=SETTINGS["output"].help),
    click.option("--max-results", metavar="1..1000000", help=SETTINGS["max_results"].help),
    click.option("--status", multiple=True, help="Only tickets with this status now; several times for more."),
    click.option("--metric", multiple=True, help="Only this metric; see ticket-analyzer metrics."),
    click.option("--group-by", multiple=True, help="Also split figures by this, like team or priority."),
    click.option("--map", "map_", multiple=True, metavar="OURS=THEIRS", help="A column that is not recognised."),
    click.option("--word", "words", multiple=True, metavar="THEIRS=OURS", help="What a status or priority stands for."),
    click.option("--zone", "time_zone", metavar="Area/City", help=SETTINGS["time_zone"].help),
    click.option("--calendar-hours", "business_hours", metavar="HOURS", help=SETTINGS["business_hours"].help),
    click.option("--day-first/--month-first", default=None, help="What comes first in 3/4/2026."),
    click.option("--encoding", help=SETTINGS["encoding"].help),
)


def shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the shared options."""
    for option in reversed(SHARED):
        command = option(command)
    return command


def settings_of(options: dict[str, Any]) -> dict[str, Any]:
    """Return what the options say about settings; dates are none."""
    given = {name.rstrip("_"): value for name, value in options.items() if name not in ("start_date", "end_date")}
    return given | {name: ",".join(given[name]) or None for name in ("map", "words")}


def days_of(options: dict[str, Any]) -> tuple[Any, Any]:
    """Return the first and the last day that were named. Raises UsageError where they stand the wrong way round."""
    first, last = (found.date() if (found := options[name]) else None for name in ("start_date", "end_date"))
    if first and last and first > last:
        raise click.UsageError(f"The start date {first} is after the end date {last}. Swap them.")
    return first, last
