"""Answers: a figure as a whole, by group, over time, and beside the period before. Rounded here, once for everybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from analytics.metrics.columns import Facts
from analytics.metrics.figures import Figures, rounded
from analytics.metrics.periods import Period, Step, buckets
from analytics.metrics.registry import Metric
from analytics.metrics.splitting import split


@dataclass(frozen=True)
class Group:
    """The figures of one group; `code` is the id of what it is about, -1 where the tickets name nothing."""

    code: int
    name: str
    figures: Figures


@dataclass(frozen=True)
class Point:
    """The figures of one day, week or month, by its first day."""

    day: date
    figures: Figures


def answer(metric: Metric, facts: Facts, period: Period) -> Figures:
    """Return the figures of a metric in a period; of nothing, counts are 0 and the rest None. What nobody knows is None altogether."""
    figures = metric.of(facts, period)
    if not metric.reads <= facts.known:
        return dict.fromkeys(figures)
    return rounded(figures, metric.unit)


def answer_by(metrics: Iterable[Metric], facts: Facts, period: Period, dimension: str) -> dict[str, list[Group]]:
    """Return metric → its figures by group, the group with most tickets first."""
    wanted = list(metrics)
    found: dict[str, list[Group]] = {metric.name: [] for metric in wanted}
    for code, name, part in split(facts, dimension):
        for metric in wanted:
            found[metric.name].append(Group(code, name, answer(metric, part, period)))
    return found


def trends(
    metrics: Iterable[Metric], facts: Facts, period: Period, step: Step, zone: ZoneInfo
) -> dict[str, list[Point]]:
    """Return metric → its line: step by step, so that metrics share what they find out about a moment. Raises ValueError for too many."""
    wanted = list(metrics)
    found: dict[str, list[Point]] = {metric.name: [] for metric in wanted}
    for day, part in buckets(period, step, zone) if wanted else ():
        for metric in wanted:
            found[metric.name].append(Point(day, answer(metric, facts, part)))
    return found


def change(now: float | int | None, before: float | int | None) -> float | None:
    """Return by how many percent a figure rose; None where there is nothing to compare."""
    if now is None or before is None or not before:
        return None
    return round(100 * (now - before) / abs(before), 1)
