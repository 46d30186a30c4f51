"""A metric as a tile: its main figure, how it moved, a small line of its trend."""

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.urls import reverse

from analytics.metrics.analysis import Analysis, Measured
from analytics.metrics.asking import Point, change
from analytics.metrics.figures import Better
from analytics.metrics.registry import Metric
from analytics.metrics.wording import title_of, written
from analytics.pages.drilling import queue_url

WIDTH, HEIGHT, EDGE = 100, 24, 2  # of the small line


@dataclass(frozen=True)
class Change:
    """How a figure moved since the period before. `tone` is green, red or grey; a word and a shape say the same."""

    words: str
    before: str
    verdict: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Tile:
    metric: Metric
    figure: str
    named: str
    change: Change | None
    line: str  # the path of an SVG drawing
    trend: str  # the same for those who do not see it
    tickets_url: str
    url: str


def tiles_of(analysis: Analysis, query: QueryDict, now: datetime) -> dict[str, Tile]:
    """Return metric → its tile."""
    return {name: _tile(measured, analysis, query, now) for name, measured in analysis.measured.items()}


def _tile(measured: Measured, analysis: Analysis, query: QueryDict, now: datetime) -> Tile:
    metric, period = measured.metric, analysis.question.period
    rest = query.urlencode()
    address = reverse("analytics_metric", args=[metric.name])
    return Tile(
        metric,
        written(measured.main, metric.main, metric.unit),
        title_of(metric.main),
        change_of(measured),
        line_of([point.figures[metric.main] for point in measured.trend]),
        trend_words(metric, measured.trend),
        queue_url(metric, metric.main, period, query, now) if measured.main else "",
        f"{address}?{rest}" if rest else address,
    )


def change_of(measured: Measured, figure: str = "") -> Change | None:
    """Return how a figure moved, the main one unless another is named; None where nothing was compared."""
    metric, figure = measured.metric, figure or measured.metric.main
    now, before = measured.figures.get(figure), (measured.before or {}).get(figure)
    if before is None or now is None:
        return None
    was, rose = written(before, figure, metric.unit), change(now, before)
    if not rose:
        words, icon = ("unchanged", "minus") if now == before else ("", "arrow-trending-up")
        return Change(words, was, "", "grey", icon)
    worse = (rose > 0) == (metric.better == Better.LOWER)
    plain = metric.better == Better.NEITHER or figure != metric.main
    return Change(
        f"{abs(rose):,g} % {'more' if rose > 0 else 'less'}",
        was,
        "" if plain else "worse" if worse else "better",
        "grey" if plain else "red" if worse else "green",
        "arrow-trending-up" if rose > 0 else "arrow-trending-down",
    )


def line_of(values: list[float | int | None]) -> str:
    """Return the path of a small line through the values that are known; empty for fewer than two."""
    known = [(at, value) for at, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(value for _, value in known), max(value for _, value in known)
    places = []
    for at, value in known:
        height = (value - low) / (high - low) if high > low else 0.5
        places.append(f"{WIDTH * at / (len(values) - 1):.1f} {HEIGHT - EDGE - height * (HEIGHT - 2 * EDGE):.1f}")
    return "M" + "L".join(places)


def trend_words(metric: Metric, points: list[Point]) -> str:
    """Return the trend for those who do not see the line: its least and greatest value."""
    known = [value for point in points if (value := point.figures[metric.main]) is not None]
    if len(known) < 2:
        return ""
    low, high = (written(value, metric.main, metric.unit) for value in (min(known), max(known)))
    return f"Between {low} and {high}"
