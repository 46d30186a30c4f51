"""Learning from the team's own tickets how promises fare: measured on later tickets, and against the version in use."""

import math
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np

from ai.actions.learned import Trained
from ai.choices import Learning
from ai.errors import NothingToLearn
from ai.learned import Learned, active
from ai.models import LearnedModel
from ai.risk.evaluation import brier, figures, later_than, ranked
from ai.risk.log import past_of, promises_of, schema, steps_of
from ai.risk.outlook import forecaster_of
from ai.risk.prediction import Forecaster
from ai.risk.promise import hours_of
from ai.risk.replay import SETTLES, Past, Table, replay
from ai.risk.training import bend, fit, likely
from sla.library import library
from sla.models import Calendar
from tickets.models import Ticket

AT_MOST = 50_000  # tickets, the newest
BATCH = 2_000
LATER = 0.25  # share of the tickets, the later ones, on which what was learned from the others is measured
LEAST_COMPARED = 50  # moments
TOLERANCE = 0.05  # of skill, between figures on different tickets
UNREAD = ("description", "description_html", "resolution", "custom_fields")


def train_risk(now: datetime) -> Trained:
    """Learn from the past up to `now` and measure that on later tickets. Raises NothingToLearn."""
    until = hours_of(now)
    table = replay(schema(_zone()), read_pasts(now), until=until)
    since = _split(table, until)
    earlier = fit(table, since)
    takes = later_than(table, since, until)
    rows, late = table.rows[takes], table.of_late[table.tickets[takes]]
    scores = earlier.breach.score(rows)
    slope, shift = bent(scores, late)
    chances = likely(slope * scores + shift)
    metrics = figures(chances, late) | {"auc_of_clock": _clock_alone(table, rows, late)}
    forecaster = Forecaster(table.schema, replace(fit(table, until), slope=slope, shift=shift), table.desk.fared)
    metrics["skill"] = _skill(brier(chances, late), late)
    used = active(Learning.RISK)
    worse = _why_not(used, metrics, chances, table, takes, since)
    better = "No worse than the one before on later tickets." if used else "Better than always foretelling the mean."
    return Trained(
        arrays=forecaster.arrays,
        about=forecaster.about,
        metrics=metrics,
        examples=int((~np.isnan(table.of_late)).sum()),
        is_good=not worse,
        verdict=worse or better,
    )


def read_pasts(now: datetime) -> list[Past]:
    """Return the pasts of the newest tickets, oldest first, with what has become of their promises by `now`."""
    newest = Ticket.objects.filter(created_at__lte=now).order_by("-created_at", "-pk")
    numbers = sorted(newest.values_list("pk", flat=True)[:AT_MOST])
    books, found = library(), []
    for first in range(0, len(numbers), BATCH):
        part = numbers[first : first + BATCH]
        promised = promises_of(part, books)
        tickets = Ticket.objects.filter(pk__in=part).defer(*UNREAD)
        found += [past_of(steps, promised.get(pk), now) for pk, steps in steps_of(tickets).items()]
    return sorted(found, key=lambda past: past.opened)


def _zone() -> str:
    """Return the time zone of the desk: that of the first calendar."""
    first = Calendar.objects.order_by("-is_default", "pk").first()
    return first.latest.parsed.zone if first else "UTC"


def _split(table: Table, until: float) -> float:
    """Return the moment that parts earlier tickets from later ones. Raises NothingToLearn."""
    is_known = ~np.isnan(table.of_late) & (table.of_opened < until - SETTLES)
    if not is_known.any():
        raise NothingToLearn("No ticket with a kept or broken promise is a week old yet.")
    return float(np.quantile(table.of_opened[is_known], 1 - LATER))


def bent(scores: Any, late: Any) -> tuple[float, float]:
    """Return slope and shift for log odds, fitted on later tickets; 1 and 0 unless what the first half teaches helps the second."""
    half = len(scores) // 2
    if half < LEAST_COMPARED:
        return 1.0, 0.0
    slope, shift = bend(scores[:half], late[:half])
    tried = [brier(likely(a * scores[half:] + b), late[half:]) for a, b in ((1.0, 0.0), (slope, shift))]
    return bend(scores, late) if tried[1] < tried[0] else (1.0, 0.0)


def _clock_alone(table: Table, rows: Any, late: Any) -> float | None:
    used = np.nan_to_num(rows[:, table.schema.names.index("used")])
    auc = ranked(used, late)
    return None if math.isnan(auc) else round(auc, 4)


def _skill(score: float, late: Any) -> float | None:
    """Return by how much of it the error of always foretelling the mean is smaller; None where nothing differs."""
    mean = float(late.mean()) if len(late) else 0.0
    return round(1 - score / (mean * (1 - mean)), 4) if 0 < mean < 1 else None


def _why_not(
    used: Learned | None, metrics: dict[str, Any], chances: Any, table: Table, takes: Any, since: float
) -> str:
    """Return why a version is not put to use, empty where it is."""
    if metrics["count"] < LEAST_COMPARED or metrics["skill"] is None:
        return "There are too few later tickets to measure it on."
    if metrics["skill"] < 0:
        return "On later tickets it is no better than always foretelling the mean."
    if used is None:
        return ""
    row = LearnedModel.objects.defer("artifact").get(pk=used.pk)
    late = table.of_late[table.tickets[takes]]
    if hours_of(row.learned_at) <= since and tuple(forecaster_of(used).schema.names) == table.schema.names:
        before = brier(forecaster_of(used).fitted.chance(table.rows[takes]), late)
        return (
            "" if metrics["brier"] <= before else f"Brier {metrics['brier']:.3f}, version {row.number}: {before:.3f}."
        )
    had = row.metrics.get("skill")
    if had is not None and metrics["skill"] < had - TOLERANCE:
        return f"It explains {metrics['skill']:.0%} of what happens, version {row.number} explained {had:.0%}."
    return ""
