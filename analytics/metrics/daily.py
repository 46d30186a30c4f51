"""How many tickets came on each day, on the clocks of a zone."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from analytics.metrics.columns import Numbers
from analytics.metrics.periods import midnight, moment
from sla.calendars import Times


def per_day(times: Times, first: date, days: int, zone: ZoneInfo) -> Numbers:
    """Return the counts of `days` days from `first` on; times outside of them, and NaT, count nowhere."""
    edges = np.array([moment(midnight(first + timedelta(days=day), zone)) for day in range(days + 1)])
    places = np.searchsorted(edges, times[(times >= edges[0]) & (times < edges[-1])], side="right") - 1
    return np.bincount(places, minlength=days).astype(np.int64)
