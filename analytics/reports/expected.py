"""What to expect, and what was unusual, as pages and files tell it: in words, in rows, and where the lines of a chart lie."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from analytics.metrics.outlook import Line, Outlook
from analytics.metrics.periods import Step
from analytics.reports.charts import across, up
from analytics.reports.rows import Row

UNIT = "tickets"
VALUES = ("expected", "low", "high")
INTERVAL = "Tickets to expect; 8 of 10 values lie in between."
NEEDED = (
    "A forecast is shown where it beats repeating the last week, judged by the past. That takes about ten weeks of tickets by "
    "day, three months by week, and a rhythm to go by."
)
UNUSUAL = "Far from the same weekday in the eight weeks before."


@dataclass(frozen=True)
class Expectation:
    """A line of a forecast: `rows` are a day in words and its values, `band` and `path` the points of its drawing."""

    step: Step
    judged: str
    rows: list[tuple[str, ...]]
    band: str
    path: str
    highest: str

    @property
    def first(self) -> str:
        return self.rows[0][0]

    @property
    def last(self) -> str:
        return self.rows[-1][0]


def lines(outlook: Outlook) -> Iterator[tuple[Step, Line]]:
    """Yield the lines that are worth showing, by their step."""
    for step, line in ((Step.DAY, outlook.days), (Step.WEEK, outlook.weeks)):
        if line:
            yield step, line


def judged(step: Step, line: Line) -> str:
    """Return how good a line is, beside what costs nothing."""
    return (
        f"Judged by the past, it misses by {line.error:g} tickets a {step.value} on average; "
        f"repeating the last week, by {line.naive_error:g}."
    )


def missing(outlook: Outlook) -> str:
    """Return what there is no forecast of; empty where there is all of it."""
    if not outlook.days and not outlook.weeks:
        return "No forecast yet"
    return "" if outlook.days and outlook.weeks else f"No forecast by {'week' if outlook.days else 'day'}"


def expectations(outlook: Outlook) -> list[Expectation]:
    return [_drawn(step, line) for step, line in lines(outlook)]


def unusual(outlook: Outlook) -> list[tuple[str, ...]]:
    """Return the unusual days, the latest first: the day, its tickets, and what is ordinary."""
    return [(named(one.day), written(one.count), written(one.ordinary)) for one in reversed(outlook.unusual)]


def told(outlook: Outlook) -> list[str]:
    """Return the outlook in sentences, for mails and previews."""
    said = []
    for step, line in lines(outlook):
        first = line.points[0]
        expected, low, high = (written(getattr(first, name)) for name in VALUES)
        when = f"{'On' if step == Step.DAY else 'In the week from'} {named(first.day)}"
        said.append(
            f"{when}: {expected} tickets to expect, from {low} to {high} in 8 of 10 cases. {judged(step, line)}"
        )
    if gone := missing(outlook):
        said.append(f"{gone}. {NEEDED}")
    days = [f"{day} ({count} tickets, {ordinary} ordinarily)" for day, count, ordinary in unusual(outlook)]
    return [*said, f"Unusual days: {', '.join(days) or 'none'}."]


def rows(outlook: Outlook | None) -> Iterator[Row]:
    """Yield every figure of the outlook, as tables in files hold them."""
    for step, line in lines(outlook or Outlook()):
        for point in line.points:
            for name in VALUES:
                yield Row("forecast", "step", step.value, point.day, name, getattr(point, name), UNIT)
        for name in ("error", "naive_error"):
            yield Row("forecast", "step", step.value, None, name, getattr(line, name), UNIT)
    for one in outlook.unusual if outlook else ():
        for name in ("count", "ordinary"):
            yield Row("unusual_days", "", "", one.day, name, getattr(one, name), UNIT)


def named(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def written(value: float) -> str:
    return f"{value:,}"


def _drawn(step: Step, line: Line) -> Expectation:
    count, most = len(line.points), max(point.high for point in line.points)

    def points(name: str) -> list[str]:
        return [f"{across(at, count)},{up(getattr(p, name), 0, most)}" for at, p in enumerate(line.points)]

    return Expectation(
        step,
        judged(step, line),
        [(named(p.day), *(written(getattr(p, name)) for name in VALUES)) for p in line.points],
        " ".join((*points("low"), *reversed(points("high")))),
        " ".join(points("expected")),
        written(most),
    )
