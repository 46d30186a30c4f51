"""How triage fares, field by field and version by version: a handful of queries that the database sums up."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Case, Count, F, IntegerField, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, Floor, Least

from ai.choices import Learning, Source, TriageField
from ai.models import FieldSuggestion, Triage
from ai.quality.calibration import BINS
from ai.quality.drift import UNTOLD, Drift, drift
from ai.quality.tally import Advisor, Quality, Tallies, Tally, quality_of
from ai.quality.window import Versions, Window
from tickets.choices import WorkState
from tickets.models import Ticket

OTHERS = {Source.RULE: "rules", Source.DISPATCH: "dispatch"}  # sources without versions
NEWEST = 2_000  # tickets that tell how long triage takes
LABELS_OF = timedelta(days=14)
COLUMNS = {
    TriageField.CATEGORY: "category",
    TriageField.PRIORITY: "priority",
    TriageField.URGENCY: "urgency",
    TriageField.IMPACT: "impact",
    TriageField.TEAM: "team",
    TriageField.ASSIGNEE: "assignee",
    TriageField.TAGS: "tags__name",
}


def advised_in(window: Window) -> QuerySet[FieldSuggestion]:
    """Return what triage advised in a window."""
    return window.narrow(FieldSuggestion.objects.all(), "made_at").order_by()


def banded(rows: QuerySet[FieldSuggestion]) -> QuerySet[Any]:
    """Number the bins of confidence, from 0."""
    return rows.annotate(band=Least(Cast(Floor(F("confidence") * BINS), IntegerField()), Value(BINS - 1)))


def triage_quality(window: Window) -> list[Quality]:
    """Return the figures of each field, first of all versions together."""
    versions, tallies = Versions.of(Learning.TRIAGE), Tallies()
    for fld, source, version, state, band, count, sure in (
        banded(advised_in(window))
        .values_list("field", "source", "version", "state", "band")
        .annotate(count=Count("pk"), sure=Sum("confidence"))
    ):
        name = OTHERS.get(Source(source)) or versions.name(version)
        for tally in tallies.of(Advisor.TRIAGE, fld, name):
            tally.count(state, count)
            tally.weigh(band, sure, state, count)
    labels, sureness = _labels(window, versions), _sureness(window)
    found = []
    for key, tally in tallies.items():
        in_use, whole = key.version == versions.current, not key.version
        found.append(
            quality_of(
                key,
                tally,
                TriageField(key.subject).label,
                is_in_use=in_use,
                drift=labels.get(key.subject, UNTOLD) if whole else None,
                sureness=sureness.get(key.subject, UNTOLD) if whole else None,
            )
        )
    return found


def triage_speed(window: Window) -> Tally:
    """Return how long the newest tickets of a window waited for their triage."""
    rows = Triage.objects.order_by("-pk").values_list("created_at", "finished_at", "state")[:NEWEST]
    tally = Tally()
    for created, finished, state in rows:
        if finished and state == WorkState.DONE and window.since <= created < window.until:
            tally.milliseconds[round((finished - created).total_seconds() * 1000)] += 1
    return tally


def _sureness(window: Window) -> dict[str, Drift]:
    """Compare how sure learned advice was in the last days with the weeks before, by field."""
    rows = advised_in(Window(window.before.since, window.until, window.reader)).filter(source=Source.MODEL)
    is_recent = Case(When(made_at__gte=window.recent.since, then=Value(1)), default=Value(0))
    sides: dict[str, tuple[Counter[str], Counter[str]]] = {}
    for fld, recent, band, count in (
        banded(rows.annotate(recent=is_recent)).values_list("field", "recent", "band").annotate(count=Count("pk"))
    ):
        sides.setdefault(fld, (Counter(), Counter()))[recent][f"{band * BINS} to {(band + 1) * BINS} %"] += count
    return {fld: drift(*both) for fld, both in sides.items()}


def _labels(window: Window, versions: Versions) -> dict[str, Drift]:
    """Compare what the version in use learned from with the tickets of the last days, by field."""
    learned = versions.in_use.metrics.get("labels", {}) if versions.in_use else {}
    return {fld: drift(counts, labels_since(fld, window)) for fld, counts in learned.items()}


def labels_since(fld: str, window: Window) -> dict[str, float]:
    """Return how many of the newest tickets hold each value of a field, by the name that learning gives it."""
    column = COLUMNS[TriageField(fld)]
    tickets = window.seen(Ticket.objects.current()).filter(
        merged_into=None, created_at__gte=window.until - LABELS_OF, created_at__lt=window.until
    )
    rows = tickets.order_by().values_list(column).annotate(count=Count("pk"))
    return {str(value): count for value, count in rows if value}
