"""What a metric answers with: named figures, and how they are counted and written."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Figures = dict[str, float | int | None]  # a figure is None where nothing was there to count


class Unit(StrEnum):
    HOURS = "hours"
    TICKETS = "tickets"
    PERCENT = "percent"
    DAYS = "days"
    PROMISES = "promises"


PLACES = {Unit.HOURS: 2, Unit.TICKETS: 0, Unit.PERCENT: 1, Unit.DAYS: 1, Unit.PROMISES: 0}
MEANS = 2  # decimal places of an average of whole things


class Better(StrEnum):
    """Which way a figure should go."""

    LOWER = "lower"
    HIGHER = "higher"
    NEITHER = "neither"


def share(part: float, whole: float) -> float | None:
    """Return a percentage; None of nothing."""
    return 100 * part / whole if whole else None


def quantiles(rising: Floats, shares: Sequence[float]) -> list[float]:
    """Return what `np.quantile` does of values that stand in their order, without looking at all of them again."""
    places = (len(rising) - 1) * np.array(shares)
    below = places.astype(np.intp)
    low, high, part = rising[below], rising[np.minimum(below + 1, len(rising) - 1)], places - below
    found: list[float] = np.where(part < 0.5, low + (high - low) * part, high - (high - low) * (1 - part)).tolist()
    return found


def rounded(figures: Mapping[str, float | int | None], unit: Unit) -> Figures:
    """Return the figures as every page, file and answer shows them: rounded once, here. Counts stay whole."""
    return {name: _rounded(value, PLACES[unit] or MEANS) for name, value in figures.items()}


def _rounded(value: float | int | None, places: int) -> float | int | None:
    return value if value is None or isinstance(value, int) else round(value, places)
