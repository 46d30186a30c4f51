"""From settings and days to an analysis and where its facts are from."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from analytics.cli.forecast import Forecast, look_ahead
from analytics.cli.hours import business_hours
from analytics.configuration import Configuration, ConfigurationError
from analytics.metrics.analysis import Analysis, Question, analyse, shape
from analytics.metrics.columns import DIMENSIONS
from analytics.metrics.insights import summary
from analytics.metrics.periods import Period
from analytics.metrics.registry import METRICS
from analytics.progress import working
from analytics.sources import Asked, Read, open_source
from analytics.sources.hiding import hidden
from tickets.imports.words import STATUS

LISTED = 10  # rows left aside that are named on the terminal; JSON names more


@dataclass(frozen=True)
class Answered:
    analysis: Analysis
    read: Read
    forecast: Forecast

    @property
    def days(self) -> str:
        """First and last day, as a file's name has them."""
        period, zone = self.analysis.question.period, self.analysis.question.zone
        last = (period.end - timedelta(microseconds=1)).astimezone(zone).date()
        return f"{period.start.astimezone(zone).date()}-{last}"

    @property
    def about(self) -> tuple[str, ...]:
        left = self.read.left_aside.count
        return (f"From {self.read.origin}: {self.read.rows:,} rows read{f', {left:,} left aside' if left else ''}.",)

    @property
    def warnings(self) -> list[str]:
        """What a reader of the figures must know."""
        found = list(self.read.notes)
        if self.read.cut:
            found.append(
                f"There are more tickets: only the newest {len(self.read.facts.tickets):,} count. See --max-results."
            )
        left = self.read.left_aside
        if left.count:
            found.append(f"{left.count:,} rows of {self.read.rows:,} could not be read and were left aside:")
            found += [f"  line {row.line}: {row.reason}" for row in left.listed[:LISTED]]
        if left.count > LISTED:
            found.append(f"  … and {left.count - LISTED:,} more. --format json lists the first 100.")
        if not len(self.read.facts.tickets):
            found.append("No ticket matches. Choose other dates or statuses.")
        return found

    def shape(self) -> dict[str, Any]:
        """Return the answer as JSON has it."""
        return {
            **shape(self.analysis),
            "summary": summary(self.analysis),
            "forecast": self.forecast.shape(),
            "source": self.told(),
        }

    def told(self) -> dict[str, Any]:
        """Return where the facts are from, as JSON has it."""
        left = self.read.left_aside
        return {
            "name": self.read.origin,
            "rows_read": self.read.rows,
            "rows_left_aside": left.count,
            "left_aside": [{"line": row.line, "reason": row.reason} for row in left.listed],
            "tickets": len(self.read.facts.tickets),
            "is_cut": self.read.cut,
            "notes": list(self.read.notes),
        }


def ask(configuration: Configuration, first: date | None, last: date | None, now: datetime) -> Answered:
    """Read the facts and answer. Raises ConfigurationError for what there is not, and Failure."""
    zone = _checked(configuration)
    whole = configuration["source"] == "file" and not (first and last)
    question = Question(
        _period(first, last, zone, now, configuration["default_days"]),
        zone,
        metrics=configuration["metric"] or tuple(METRICS),
        dimensions=configuration["group_by"],
    )
    asked = Asked(
        None if whole else question.span,
        configuration["status"],
        configuration["max_results"],
        question.tables,
        zone,
        now,
    )
    hours = business_hours(configuration["business_hours"], zone)
    with working(f"Reading {configuration['input'] or configuration['source']}"):
        read = hidden(open_source(configuration).read(asked), configuration["mask"])
    if hours:
        read = replace(read, facts=replace(read.facts, calendar=hours))
    if whole:
        question = _of_what_there_is(question, read, first, last)
    with working("Analysing"):
        ahead = look_ahead(
            read.created,
            question,
            now,
            of_all=not configuration["status"],
            ends=configuration["source"] == "file",
        )
        return Answered(analyse(read.facts, question, now), read, ahead)


def _checked(configuration: Configuration) -> ZoneInfo:
    """Return the zone. Raises ConfigurationError with everything that there is not."""
    known: dict[str, Collection[str]] = {"status": STATUS, "metric": METRICS, "group_by": DIMENSIONS}
    problems = [
        f"There is no {name.replace('_by', '')} {word!r}. There are: {', '.join(words)}."
        for name, words in known.items()
        for word in configuration[name]
        if word not in words
    ]
    try:
        zone = ZoneInfo(configuration["time_zone"])
    except (ValueError, OSError, LookupError):
        problems.append(f"There is no time zone {configuration['time_zone']!r}. Write one like Europe/Berlin.")
    if problems:
        raise ConfigurationError(*problems)
    return zone


def _period(first: date | None, last: date | None, zone: ZoneInfo, now: datetime, days: int) -> Period:
    last = last or max(now.astimezone(zone).date(), first or date.min)
    return Period.of_days(first or last - timedelta(days=days - 1), last, zone)


def _of_what_there_is(question: Question, read: Read, first: date | None, last: date | None) -> Question:
    """Return the question about everything that a file holds, from or up to a day that was named."""
    tickets = read.facts.tickets
    around = Period.around(np.concatenate([tickets.created_at, tickets.resolved_at]), question.zone)
    if around is None:
        return replace(question, compared=False)
    start = question.period.start if first else around.start
    end = question.period.end if last else around.end
    return replace(question, period=Period(min(start, end), max(start, end)), compared=bool(first))
