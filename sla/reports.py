"""The figures of reports: counted rows in, figures out. Plain Python; every figure about kept promises has its owner here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import models

from sla.choices import Metric

TREND_POINTS = 5.0  # percentage points of compliance that make a trend
TREND_LEAST = 5  # decided promises in either period, below which there is none
PERCENTILE = 90


class Outcome(models.TextChoices):
    """What became of a promise. Overdue is breached, ended or not."""

    MET = "met", "Met"
    BREACHED = "breached", "Breached"
    WAIVED = "waived", "Waived"
    OPEN = "open", "Open"


@dataclass(frozen=True)
class Count:
    """Promises of one group that ended alike and used alike: `percent` of their target, whole; None while they are open."""

    group: tuple[Any, ...]
    outcome: Outcome
    percent: int | None
    count: int


@dataclass(frozen=True)
class Figures:
    met: int = 0
    breached: int = 0
    waived: int = 0
    open: int = 0
    mean_used: float | None = None  # percent of the target, of the promises that ended
    p90_used: int | None = None

    @property
    def compliance(self) -> float | None:
        return compliance(self.met, self.breached)


def compliance(met: int, breached: int) -> float | None:
    """Return the percentage of decided promises that were kept; what is waived or open decides nothing."""
    decided = met + breached
    return round(100 * met / decided, 1) if decided else None


def figures_of(counts: Iterable[Count]) -> Figures:
    """Sum up counts of one group, or of all."""
    by_outcome = dict.fromkeys(Outcome, 0)
    shares: dict[int, int] = {}
    for row in counts:
        by_outcome[row.outcome] += row.count
        if row.percent is not None:
            shares[row.percent] = shares.get(row.percent, 0) + row.count
    ended = sum(shares.values())
    mean = round(sum(percent * count for percent, count in shares.items()) / ended, 1) if ended else None
    return Figures(
        met=by_outcome[Outcome.MET],
        breached=by_outcome[Outcome.BREACHED],
        waived=by_outcome[Outcome.WAIVED],
        open=by_outcome[Outcome.OPEN],
        mean_used=mean,
        p90_used=_percentile(shares, ended),
    )


def _percentile(shares: dict[int, int], ended: int) -> int | None:
    """Return the share that 90 % of the promises did not exceed."""
    seen = 0
    for percent in sorted(shares):
        seen += shares[percent]
        if seen * 100 >= ended * PERCENTILE:
            return percent
    return None


def grouped(counts: Iterable[Count]) -> dict[tuple[Any, ...], Figures]:
    """Return the figures of each group."""
    groups: dict[tuple[Any, ...], list[Count]] = {}
    for row in counts:
        groups.setdefault(row.group, []).append(row)
    return {group: figures_of(rows) for group, rows in groups.items()}


class Trend(models.TextChoices):
    IMPROVING = "improving", "Improving"
    STABLE = "stable", "Stable"
    DECLINING = "declining", "Declining"


@dataclass(frozen=True)
class Ended:
    """A promise on a ticket that was resolved."""

    ticket: int
    metric: str
    outcome: Outcome
    used: timedelta


@dataclass(frozen=True)
class Performance:
    resolved: int
    compliant: int
    met: int
    breached: int
    waived: int
    response: timedelta | None
    resolution: timedelta | None

    @property
    def compliance(self) -> float | None:
        return compliance(self.met, self.breached)


def performance_of(resolved: int, rows: Iterable[Ended]) -> Performance:
    """Sum up the promises on the tickets that somebody resolved; times are working time, the mean of those that ended."""
    lines = list(rows)
    by_outcome = {outcome: sum(line.outcome == outcome for line in lines) for outcome in Outcome}
    broken = {line.ticket for line in lines if line.outcome == Outcome.BREACHED}
    return Performance(
        resolved=resolved,
        compliant=resolved - len(broken),
        met=by_outcome[Outcome.MET],
        breached=by_outcome[Outcome.BREACHED],
        waived=by_outcome[Outcome.WAIVED],
        response=_mean([line.used for line in lines if line.metric == Metric.FIRST_RESPONSE]),
        resolution=_mean([line.used for line in lines if line.metric == Metric.RESOLUTION]),
    )


def _mean(spans: list[timedelta]) -> timedelta | None:
    return sum(spans, timedelta(0)) / len(spans) if spans else None


def trend_of(now: Performance, before: Performance) -> Trend:
    """Compare with the period before: 5 points of compliance make a trend, where both periods decided at least 5 promises."""
    decided = min(now.met + now.breached, before.met + before.breached)
    if decided < TREND_LEAST or now.compliance is None or before.compliance is None:
        return Trend.STABLE
    change = now.compliance - before.compliance
    if abs(change) < TREND_POINTS:
        return Trend.STABLE
    return Trend.IMPROVING if change > 0 else Trend.DECLINING
