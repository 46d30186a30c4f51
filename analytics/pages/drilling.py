"""From a figure to its tickets: the queue's question that finds those it counts, where the queue can ask it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from analytics.facts.asked import FIELDS
from analytics.metrics.periods import Period
from analytics.metrics.registry import Metric

CREATED = ("volume", "status_distribution")
RESPONDED = ("first_response_time", "first_response_business_time")
RESOLVED = (
    "resolution_time",
    "resolution_business_time",
    "reopen_rate",
    "first_contact_resolution",
    "satisfaction",
)
UNRESOLVED = ("backlog", "ageing")
QUEUE_NAMES = {name: "assignee" if name == "technician" else name for name in FIELDS}
Pairs = list[tuple[str, str]]


def queue_url(metric: Metric, figure: str, period: Period, query: QueryDict, now: datetime, **group: str) -> str:
    """Return the queue's address with the tickets that a figure is about; empty where the queue cannot tell them.

    `query` holds the filters in force, `group` narrows them to the group that is shown.
    """
    asked = _times(metric, figure, period, now)
    if asked is None:
        return ""
    pairs = [*asked, *_filters(query, group), ("merged", "false")]
    return f"{reverse('queue')}?{urlencode(pairs)}"


def _times(metric: Metric, figure: str, period: Period, now: datetime) -> Pairs | None:
    if metric.name == "volume" and figure == "resolved":
        return _within("resolved", period)
    if metric.name in CREATED:
        return _within("created", period)
    if metric.name in RESPONDED:
        return _within("first_responded", period)
    if metric.name in RESOLVED:
        rated = [("rating", "1,2,3,4,5")] if metric.name == "satisfaction" else []
        return [*_within("resolved", period), *rated]
    if metric.name in UNRESOLVED and period.end >= now:
        return [("status", "unresolved")]
    return None


def _within(moment: str, period: Period) -> Pairs:
    return [(f"{moment}_after", _written(period.start)), (f"{moment}_before", _written(period.end))]


def _written(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _filters(query: QueryDict, group: dict[str, str]) -> Iterable[tuple[str, str]]:
    for name, queue_name in QUEUE_NAMES.items():
        values = [group[name]] if name in group else [value for value in query.getlist(name) if value]
        if values:
            yield queue_name, ",".join(values)
