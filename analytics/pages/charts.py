"""A metric as a chart: a table that anybody can read, which the page's script draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import QueryDict

from analytics.arrangement import Drawn
from analytics.metrics.analysis import Analysis, Measured
from analytics.metrics.asking import Group
from analytics.metrics.figures import Figures, Unit
from analytics.metrics.periods import Step, buckets
from analytics.metrics.wording import title_of, written
from analytics.pages.drilling import queue_url
from analytics.pages.groups import name_of, page_of, value_of
from tickets.pages.told import label_of

ROWS_AT_MOST = 50  # of groups
BARS_AT_MOST = 12  # of these, in the drawing
UNITS_SAID = {Unit.HOURS: " in hours", Unit.DAYS: " in days", Unit.PERCENT: " in percent"}


@dataclass(frozen=True)
class Cell:
    value: float | int | None
    words: str


@dataclass(frozen=True)
class Row:
    label: str
    cells: list[Cell]
    tickets_url: str = ""
    page_url: str = ""


@dataclass(frozen=True)
class Chart:
    """`heads` name the columns; the first `drawn` of them are drawn."""

    name: str
    title: str
    kind: Drawn
    caption: str
    first_head: str
    heads: list[str]
    rows: list[Row]
    drawn: int
    left_out: int = 0

    @property
    def bars(self) -> int:
        """Return how many rows are drawn."""
        return min(len(self.rows), BARS_AT_MOST) if self.kind == Drawn.GROUPS else len(self.rows)

    @property
    def is_empty(self) -> bool:
        return not any(cell.value for row in self.rows for cell in row.cells)

    @property
    def has_pages(self) -> bool:
        return any(row.page_url for row in self.rows)


@dataclass(frozen=True)
class Drawing:
    """Draws the metrics of one analysis. With `in_full` the tables hold every figure, otherwise those that are drawn."""

    analysis: Analysis
    query: QueryDict
    now: datetime
    in_full: bool = False
    with_links: bool = True

    def over_time(self, measured: Measured, kind: Drawn = Drawn.LINE) -> Chart:
        metric, question, step = measured.metric, self.analysis.question, self.analysis.step
        names = self._names(measured)
        parts = [part for _, part in buckets(question.period, step, question.zone)] if measured.trend else []
        rows = [
            Row(
                day_label(point.day, step),
                _cells(point.figures, names, measured),
                self._url(queue_url(metric, metric.main, part, self.query, self.now)),
            )
            for point, part in zip(measured.trend, parts, strict=True)
        ]
        caption = f"{self._said(measured)}, by {step.value}."
        return Chart(
            metric.name,
            metric.title,
            kind,
            caption,
            step.value.capitalize(),
            [title_of(n) for n in names],
            rows,
            self._drawn(measured),
        )

    def by_group(self, measured: Measured, dimension: str) -> Chart:
        metric, names = measured.metric, self._names(measured)
        groups = measured.groups.get(dimension, [])
        rows = [self._group(measured, dimension, group, names) for group in groups[:ROWS_AT_MOST]]
        largest = f", of the {BARS_AT_MOST} with most tickets" if len(rows) > BARS_AT_MOST else ""
        return Chart(
            f"{metric.name}-{dimension}",
            f"{metric.title} by {label_of(dimension).lower()}",
            Drawn.GROUPS,
            f"{self._said(measured)}{largest}.",
            label_of(dimension),
            [title_of(n) for n in names],
            rows,
            self._drawn(measured),
            max(len(groups) - ROWS_AT_MOST, 0),
        )

    def _group(self, measured: Measured, dimension: str, group: Group, names: Sequence[str]) -> Row:
        metric, period = measured.metric, self.analysis.question.period
        narrowed = {dimension: value_of(dimension, group)}
        url = queue_url(metric, metric.main, period, self.query, self.now, **narrowed)
        return Row(
            name_of(dimension, group),
            _cells(group.figures, names, measured),
            self._url(url),
            self._url(page_of(dimension, group)),
        )

    def _url(self, url: str) -> str:
        return url if self.with_links else ""

    def _names(self, measured: Measured) -> list[str]:
        metric = measured.metric
        first = [metric.main, *metric.beside]
        return [*first, *(name for name in measured.figures if name not in first)] if self.in_full else first

    def _said(self, measured: Measured) -> str:
        """Return what is drawn, with its unit."""
        metric = measured.metric
        names = " and ".join(title_of(name) for name in (metric.main, *metric.beside)).capitalize()
        return names + UNITS_SAID.get(metric.unit, "")

    def _drawn(self, measured: Measured) -> int:
        return 1 + len(measured.metric.beside)


def day_label(day: date, step: Step) -> str:
    """Return the first day of a step as an axis and a table name it."""
    if step == Step.MONTH:
        return f"{day:%b %Y}"
    return f"{day:%a} {day.day} {day:%b}" if step == Step.DAY else f"{day.day} {day:%b %Y}"


def _cells(figures: Figures, names: Sequence[str], measured: Measured) -> list[Cell]:
    unit = measured.metric.unit
    return [Cell(figures.get(name), written(figures.get(name), name, unit)) for name in names]
