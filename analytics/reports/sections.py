"""An analysis as a page shows it: every figure written out, every line and bar laid out. Templates only put it in its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.metrics.analysis import Analysis, Measured
from analytics.metrics.asking import Group
from analytics.metrics.figures import Better
from analytics.metrics.wording import title_of, written
from analytics.reports.charts import Line, line, width
from analytics.reports.rows import NO_GROUP

MOST_GROUPS = 25  # a page of thousands of customers would be read by nobody; tables in files hold all


@dataclass(frozen=True)
class Change:
    """`verdict` is better, worse or empty."""

    text: str
    before: str
    verdict: str


@dataclass(frozen=True)
class Named:
    name: str
    value: str
    bar: str = ""  # percent of the longest


@dataclass(frozen=True)
class Grouped:
    dimension: str
    groups: Sequence[Named]
    left_out: int


@dataclass(frozen=True)
class Section:
    """One metric."""

    name: str
    title: str
    meaning: str
    formula: str
    main: str
    main_title: str
    change: Change | None
    figures: Sequence[Named]
    line: Line | None
    highest: str
    points: Sequence[Named]
    groups: Sequence[Grouped]

    @property
    def first(self) -> str:
        return self.points[0].name

    @property
    def last(self) -> Named:
        return self.points[-1]


def sections(analysis: Analysis) -> list[Section]:
    return [_section(measured) for measured in analysis.measured.values()]


def _section(measured: Measured) -> Section:
    metric = measured.metric
    drawn = line(measured.trend, metric.main) if measured.trend else None
    return Section(
        name=metric.name,
        title=metric.title,
        meaning=metric.meaning,
        formula=metric.formula,
        main=_written(measured, measured.figures),
        main_title=title_of(metric.main),
        change=_change(measured),
        figures=[Named(title_of(name), written(v, name, metric.unit)) for name, v in measured.figures.items()],
        line=drawn,
        highest=written(drawn.highest, metric.main, metric.unit) if drawn else "",
        points=[Named(p.day.isoformat(), _written(measured, p.figures)) for p in measured.trend],
        groups=[_grouped(measured, dimension, groups) for dimension, groups in measured.groups.items()],
    )


def _written(measured: Measured, figures: Mapping[str, float | int | None]) -> str:
    main = measured.metric.main
    return written(figures[main], main, measured.metric.unit)


def _change(measured: Measured) -> Change | None:
    """Return how the main figure moved, where there is something to compare."""
    before, rose = measured.before, measured.change
    if before is None or rose is None:
        return None
    better = measured.metric.better
    verdict = "worse" if (rose > 0) == (better == Better.LOWER) else "better"
    text = f"{rose:+,} %" if rose else "unchanged"
    return Change(text, _written(measured, before), verdict if rose and better != Better.NEITHER else "")


def _grouped(measured: Measured, dimension: str, groups: Sequence[Group]) -> Grouped:
    main = measured.metric.main
    shown = groups[:MOST_GROUPS]
    most = max((group.figures[main] or 0 for group in shown), default=0)
    named = [Named(g.name or NO_GROUP, _written(measured, g.figures), width(g.figures[main], most)) for g in shown]
    return Grouped(dimension, named, len(groups) - len(shown))
