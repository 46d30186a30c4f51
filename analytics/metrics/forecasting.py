"""How many tickets to expect, with an interval, and only where that beats saying "as many as last time".

The model is a level times a seasonal profile: the profile is each season's share over the last cycles, the level an exponentially
weighted mean of what is left (Brown's simple smoothing; Hyndman and Athanasopoulos, "Forecasting", 3rd ed., chapters 5 and 8).
It is judged by rolling origins: forecasts made at earlier moments with what was known then. The older half of the origins chooses the
smoothing, the newer half says how wrong it is, beside the seasonal naive forecast, and how far off the truth lies: the interval.
"""

from dataclasses import dataclass
from itertools import product, starmap
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.metrics.columns import Numbers

Floats = NDArray[np.float64]
SMOOTHINGS = (0.03, 0.07, 0.15, 0.3, 0.5)
CYCLES = (4, 8, 16)  # of which the profile is made
ORIGINS = 40
LEAST_CYCLES = 8
LEAST_ORIGINS = 4
INTERVAL = (0.1, 0.9)  # quantiles: 8 of 10 values lie between


class Way(NamedTuple):
    """How fast the level follows, and how many cycles make the profile."""

    smoothing: float
    cycles: int


WAYS = list(starmap(Way, product(SMOOTHINGS, CYCLES)))


@dataclass(frozen=True)
class Forecast:
    """Expected counts from the next value on, and the interval in which 8 of 10 lie.

    `error` and `naive_error` are the mean absolute errors of the newer origins.
    """

    expected: Floats
    low: Floats
    high: Floats
    error: float
    naive_error: float

    @property
    def is_better(self) -> bool:
        """Whether it beats repeating the last season."""
        return self.error < self.naive_error


def forecast(counts: Numbers, horizon: int, season: int) -> Forecast | None:
    """Return the forecast of the next `horizon` values; None of too short a past or one without tickets."""
    values = counts.astype(np.float64)
    first = max(LEAST_CYCLES * season, 2 * horizon)
    origins = np.arange(first, len(values) - horizon + 1)[-ORIGINS:]
    if len(origins) < LEAST_ORIGINS or not counts.any():
        return None
    older, newer = (_Trial.at(values, part, horizon, season) for part in np.array_split(origins, 2))
    way = min(WAYS, key=lambda way: older.error(older.said(way)))
    said, expected = newer.said(way), _predicted(values, horizon, season, way)
    low, high = np.quantile((newer.came - said) / _spread(said), INTERVAL)
    return Forecast(
        expected=expected,
        low=np.maximum(expected + low * _spread(expected), 0),
        high=np.maximum(expected + high * _spread(expected), 0),
        error=newer.error(said),
        naive_error=newer.error(newer.naive()),
    )


@dataclass(frozen=True)
class _Trial:
    """Some origins: what was known at each, and what came after, a row per origin."""

    known: list[Floats]
    came: Floats
    season: int

    @classmethod
    def at(cls, values: Floats, origins: NDArray[np.intp], horizon: int, season: int) -> "_Trial":
        came = np.array([values[origin : origin + horizon] for origin in origins])
        return cls([values[:origin] for origin in origins], came, season)

    def said(self, way: Way) -> Floats:
        return np.array([_predicted(past, self.came.shape[1], self.season, way) for past in self.known])

    def naive(self) -> Floats:
        """Repeat the last season."""
        places = np.arange(self.came.shape[1]) % self.season
        return np.array([past[-self.season :][places] for past in self.known])

    def error(self, said: Floats) -> float:
        return float(np.abs(np.subtract(self.came, said)).mean())


def _predicted(past: Floats, horizon: int, season: int, way: Way) -> Floats:
    """Return the expected values after a past."""
    recent = past[-way.cycles * season :]
    phases = np.arange(len(past) - len(recent), len(past)) % season
    means = np.bincount(phases, recent, season) / np.maximum(np.bincount(phases, minlength=season), 1)
    profile = means / means.mean() if means.any() else np.ones(season)
    weights = (1 - way.smoothing) ** np.arange(len(recent))[::-1]
    # Both sums by the same weights: a day on which nothing is expected says nothing about the level
    level = float((weights * recent).sum() / max((weights * profile[phases]).sum(), 1e-9))
    ahead: Floats = level * profile[np.arange(len(past), len(past) + horizon) % season]
    return ahead


def _spread(expected: Floats) -> Floats:
    """Return the root of what is expected: counts vary by it, so quiet and busy days share one interval."""
    root: Floats = np.sqrt(np.maximum(expected, 1))
    return root
