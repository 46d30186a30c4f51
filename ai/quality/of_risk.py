"""How forecasts of broken promises fare against what happened: forecasts kept at fixed moments, beside the clocks they were about."""

from collections import Counter
from typing import Any

from django.db.models import Case, Count, Q, Value, When

from ai.choices import Learning, RiskMoment
from ai.models import RiskSample
from ai.quality.calibration import BINS
from ai.quality.drift import UNTOLD, Drift, drift
from ai.quality.tally import Advisor, Key, Quality, Tallies, Tally, quality_of
from ai.quality.window import Versions, Window
from ai.risk.log import SOLUTION
from sla.choices import ClockState
from sla.models import Clock
from sla.report_rows import outcome
from sla.reports import Outcome

NEWEST = 2_000  # tickets that tell how long one waits
SAMPLE = "ticket__risk_samples__"
EVERY_MOMENT = "every"
LABELS = {EVERY_MOMENT: "All moments", **dict(RiskMoment.choices)}


def risk_quality(window: Window) -> list[Quality]:
    """Return the figures of forecasts made in a window, by moment and version; what is not decided yet counts as open."""
    versions, tallies = Versions.of(Learning.RISK), Tallies()
    for moment, version, percent, ended, count in _rows(window):
        for subject in (EVERY_MOMENT, moment):
            for tally in tallies.of(Advisor.RISK, subject, versions.name(version)):
                tally.count(ended, count)
                if ended in (Outcome.MET, Outcome.BREACHED):
                    tally.settle(percent, *((0, count) if ended == Outcome.BREACHED else (count, 0)))
    _count_waits(tallies, window)
    sureness = _sureness(window)
    found = []
    for key, tally in tallies.items():
        whole = key.subject == EVERY_MOMENT and not key.version
        found.append(
            quality_of(
                key,
                tally,
                LABELS[key.subject],
                is_in_use=key.version == versions.current,
                drift=_broken(versions, tally) if whole else None,
                sureness=sureness if whole else None,
            )
        )
    return found


def _count_waits(tallies: Tallies, window: Window) -> None:
    """How long the newest tickets of a window waited for their first forecast."""
    rows = RiskSample.objects.filter(
        moment=RiskMoment.CREATION, taken_at__gte=window.since, taken_at__lt=window.until
    ).order_by("-taken_at")
    for taken, created in rows.values_list("taken_at", "ticket__created_at")[:NEWEST]:
        for key in (Key(Advisor.RISK, EVERY_MOMENT), Key(Advisor.RISK, RiskMoment.CREATION)):
            if key in tallies:
                tallies[key].milliseconds[round((taken - created).total_seconds() * 1000)] += 1


def _rows(window: Window) -> Any:
    clocks = window.seen(Clock.objects.exclude(state=ClockState.CANCELLED)).filter(SOLUTION, ticket__archived_at=None)
    made = Q(**{f"{SAMPLE}taken_at__gte": window.since, f"{SAMPLE}taken_at__lt": window.until})
    columns = [SAMPLE + name for name in ("moment", "version", "percent")]
    rows = clocks.filter(made).annotate(ended=outcome(window.until)).order_by()
    return rows.values_list(*columns, "ended").annotate(count=Count("pk"))


def _broken(versions: Versions, tally: Tally) -> Drift:
    """Compare how many promises were broken when the version in use learned with how many are now."""
    told = versions.in_use.metrics if versions.in_use else {}
    if "broken" not in told or "count" not in told:
        return UNTOLD
    broken = told["broken"] * told["count"]
    kept, came = (sum(pair[at] for pair in tally.fates.values()) for at in (0, 1))
    return drift({"broken": broken, "kept": told["count"] - broken}, {"broken": came, "kept": kept})


def _sureness(window: Window) -> Drift:
    """Compare what was foretold at creation in the last days with the weeks before."""
    rows = RiskSample.objects.filter(
        moment=RiskMoment.CREATION, taken_at__gte=window.before.since, taken_at__lt=window.until
    )
    is_recent = Case(When(taken_at__gte=window.recent.since, then=Value(1)), default=Value(0))
    sides: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    counted = rows.annotate(recent=is_recent).order_by().values_list("recent", "percent").annotate(count=Count("pk"))
    for recent, percent, count in counted:
        band = min(percent * BINS // 100, BINS - 1)
        sides[recent][f"{band * BINS} to {(band + 1) * BINS} %"] += count
    return drift(*sides)
