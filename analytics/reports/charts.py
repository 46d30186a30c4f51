"""Where the lines and bars of charts lie. Labels stand beside a drawing as text, so that it may be stretched to any width."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.metrics.asking import Point

WIDTH, HEIGHT = 600, 100
MARGIN = 3  # so that a line is not cut where it is highest


@dataclass(frozen=True)
class Line:
    """A line in pieces, because nothing is drawn where nothing was counted; a single point is a dot."""

    pieces: tuple[str, ...]
    dots: tuple[tuple[str, str], ...]
    highest: float | int


def line(points: Sequence[Point], figure: str) -> Line | None:
    """Return the line of a figure from 0, or from its lowest value below; None where nothing was counted."""
    values = [point.figures[figure] for point in points]
    known = [value for value in values if value is not None]
    if not known:
        return None
    low, high = min(0, *known), max(known)
    runs: list[list[tuple[str, str]]] = [[]]
    for place, value in enumerate(values):
        if value is not None:
            runs[-1].append((across(place, len(values)), up(value, low, high)))
        elif runs[-1]:
            runs.append([])
    pieces = tuple(" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1)
    return Line(pieces, tuple(run[0] for run in runs if len(run) == 1), high)


def width(value: float | int | None, most: float) -> str:
    """Return how long a bar is, in percent of the longest."""
    return f"{max(100 * (value or 0) / most, 0):.1f}" if most > 0 else "0"


def across(place: int, count: int) -> str:
    """Return how far to the right a value stands."""
    return f"{WIDTH * place / (count - 1) if count > 1 else WIDTH / 2:.1f}".removesuffix(".0")


def up(value: float, low: float, high: float) -> str:
    """Return how far down from the top a value stands, between the lowest and the highest."""
    share = (value - low) / (high - low) if high > low else 0.0
    return f"{HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN):.1f}".removesuffix(".0")
