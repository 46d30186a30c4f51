"""An analysis as rows, a figure each: what tables in files hold."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from analytics.metrics.analysis import Analysis, Measured
from analytics.metrics.figures import Figures
from analytics.metrics.wording import unit_of

PERIOD, BEFORE = "period", "before"  # the dimension and the group of figures of the period before
NO_GROUP = "none"


class Row(NamedTuple):
    """`dimension`, `group` and `day` are empty for a figure as a whole; `day` is the first of a day, week or month."""

    metric: str
    dimension: str
    group: str
    day: date | None
    figure: str
    value: float | int | None
    unit: str


def rows(analysis: Analysis) -> Iterator[Row]:
    """Yield every figure: as a whole, of the period before, by group, over time."""
    for measured in analysis.measured.values():
        yield from whole(measured)
        yield from _rows(measured, measured.before or {}, PERIOD, BEFORE)
        yield from by_group(measured)
        yield from over_time(measured)


def whole(measured: Measured) -> Iterator[Row]:
    return _rows(measured, measured.figures)


def by_group(measured: Measured) -> Iterator[Row]:
    for dimension, groups in measured.groups.items():
        for group in groups:
            yield from _rows(measured, group.figures, dimension, group.name or NO_GROUP)


def over_time(measured: Measured) -> Iterator[Row]:
    for point in measured.trend:
        yield from _rows(measured, point.figures, day=point.day)


def _rows(
    measured: Measured, figures: Figures, dimension: str = "", group: str = "", day: date | None = None
) -> Iterator[Row]:
    metric = measured.metric
    for figure, value in figures.items():
        unit = unit_of(value, figure, metric.unit)
        yield Row(metric.name, dimension, group, day, figure, value, unit.value if unit else "")
