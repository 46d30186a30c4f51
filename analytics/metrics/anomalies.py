"""Days that were out of the ordinary: far from what the weeks before had led to expect."""

from dataclasses import dataclass

import numpy as np

from analytics.metrics.columns import Numbers

WEEK = 7
WEEKS = 8  # that say what is ordinary
FAR = 3.5  # robust standard deviations; Iglewicz and Hoaglin, "How to Detect and Handle Outliers" (1993)
MAD = 1.4826  # makes the median absolute deviation a standard deviation
LEAST = 5.0  # tickets by which a day must differ to be worth a look


@dataclass(frozen=True)
class Anomaly:
    """A day by its place, what came, and what would have been ordinary."""

    place: int
    count: int
    ordinary: float


def anomalies(counts: Numbers, since: int = 0) -> list[Anomaly]:
    """Return the days from place `since` on that were far from the median of the same weekday in the weeks before."""
    found = []
    for place in range(max(since, WEEKS * WEEK), len(counts)):
        same = counts[place - WEEKS * WEEK : place : WEEK]
        ordinary = float(np.median(same))
        spread = max(MAD * float(np.median(np.abs(same - ordinary))), float(np.sqrt(max(ordinary, 1))))
        off = abs(counts[place] - ordinary)
        if off >= LEAST and off > FAR * spread:
            found.append(Anomaly(place, int(counts[place]), ordinary))
    return found
