"""Forecasts that must beat the naive one, their interval, and days out of the ordinary."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from analytics.metrics.anomalies import anomalies
from analytics.metrics.daily import per_day
from analytics.metrics.forecasting import forecast
from analytics.metrics.outlook import outlook

ZONE = ZoneInfo("UTC")
WEEKLY = np.array([1.2, 1.1, 1, 1, 0.9, 0.2, 0.1])


def desk(seed: int, days: int, level: float = 50) -> np.ndarray:
    """Counts of a desk with a weekly rhythm and a little growth."""
    ages = np.arange(days)
    return np.random.default_rng(seed).poisson((level + 0.05 * ages) * WEEKLY[ages % 7])


def test_it_beats_repeating_the_last_week_on_a_desk_with_a_rhythm():
    found = [forecast(desk(seed, 300), 14, 7) for seed in range(10)]
    assert all(f is not None and f.error < f.naive_error for f in found)


def test_eight_of_ten_days_lie_in_the_interval():
    held = []
    for seed in range(30):
        counts = desk(seed, 314)
        found = forecast(counts[:300], 14, 7)
        assert found is not None
        held.append(((counts[300:] >= found.low) & (counts[300:] <= found.high)).mean())
    assert 0.7 < np.mean(held) < 0.9


def test_where_the_last_week_always_repeats_nothing_is_better():
    found = forecast(np.tile(np.arange(7), 30), 14, 7)
    assert found is not None
    assert found.naive_error == 0
    assert not found.is_better


@pytest.mark.parametrize("counts", [[], [3] * 40, [0] * 300])
def test_too_short_or_empty_a_past_has_no_forecast(counts):
    assert forecast(np.array(counts, np.int64), 14, 7) is None


def test_a_day_far_from_its_like_is_flagged_once():
    counts = desk(3, 120)
    counts[100] += 60
    assert [(found.place, found.count) for found in anomalies(counts)] == [(100, counts[100])]


def test_quiet_days_are_not_flagged_by_chance():
    flagged = sum(len(anomalies(desk(seed, 200, level=4))) for seed in range(10))
    assert flagged <= 14  # of 1,440 days


def test_the_outlook_follows_from_times_of_creation():
    now = datetime(2026, 3, 18, 12, tzinfo=UTC)
    first = datetime(2025, 6, 2, tzinfo=UTC)
    counts = desk(5, (now.date() - first.date()).days)
    counts[-10] += 80
    times = np.repeat([np.datetime64(first.date() + timedelta(days=n), "us") for n in range(len(counts))], counts)
    found = outlook(times, now, ZONE)
    assert found.days is not None
    assert [found.days.points[0].day, found.days.points[-1].day] == [date(2026, 3, 18), date(2026, 3, 31)]
    assert all(point.low <= point.expected <= point.high for point in found.days.points)
    assert found.weeks is None or found.weeks.points[0].day == date(2026, 3, 16)
    assert [(one.day, one.count) for one in found.unusual] == [(date(2026, 3, 8), int(counts[-10]))]


def test_nothing_comes_of_nothing():
    found = outlook(np.empty(0, "datetime64[us]"), datetime(2026, 3, 18, tzinfo=UTC), ZONE)
    assert (found.days, found.weeks, found.unusual) == (None, None, [])


def test_days_are_those_of_the_zone():
    berlin = ZoneInfo("Europe/Berlin")
    times = np.array(["2026-03-28T22:59", "2026-03-28T23:00", "2026-03-29T21:59", "NaT"], "datetime64[us]")
    assert per_day(times, date(2026, 3, 28), 2, berlin).tolist() == [1, 2]
