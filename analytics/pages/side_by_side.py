"""Technicians, teams or organizations side by side: a line each, with the main figure of every metric."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from analytics.metrics.analysis import Analysis
from analytics.metrics.asking import Group
from analytics.metrics.columns import NOBODY
from analytics.metrics.registry import METRICS, Metric
from analytics.metrics.wording import title_of, written
from analytics.pages.asking import ask
from analytics.pages.dashboard import frame_of
from analytics.pages.groups import name_of, page_of
from analytics.permissions import can, require
from tickets.pages.doors import PageRequest, page, staff_only
from tickets.pages.filters import with_value

LINES_AT_MOST = 200
KINDS: Mapping[str, tuple[str, str]] = {
    "technician": ("Technicians", "analytics_technicians"),
    "team": ("Teams", "analytics_teams"),
    "organization": ("Organizations", "analytics_organizations"),
}


@dataclass(frozen=True)
class Head:
    metric: Metric
    figure: str
    url: str
    is_sorted: bool


@dataclass(frozen=True)
class Line:
    name: str
    url: str
    figures: list[str]


@require_GET
@staff_only
def side_by_side(request: PageRequest, kind: str) -> HttpResponse:
    """List a kind, who has most tickets first, or by the metric that `order` names."""
    require(request.user, "analytics.view")
    order = request.GET.get("order", "")
    asking = ask(request, request.user, leaving_out=("order",))
    analysis = asking.answer(dimensions=(kind,), trends=(), compared=False)
    context = frame_of(asking) | {
        "kind": kind,
        "title": KINDS[kind][0],
        "tabs": [(label, reverse(route), name == kind) for name, (label, route) in KINDS.items()],
        "analysis": analysis,
        "only_own": kind == "technician" and not can(request.user, "analytics.people"),
    }
    if analysis:
        lines = lines_of(analysis, kind, order if order in METRICS else "")
        context |= {
            "heads": [
                Head(metric, title_of(metric.main), with_value(request.GET, "order", name), name == order)
                for name, metric in METRICS.items()
            ],
            "lines": lines[:LINES_AT_MOST],
            "left_out": max(len(lines) - LINES_AT_MOST, 0),
        }
    return page(request, "analytics/side_by_side.html", context, fragment="whole", status=400 if asking.errors else 200)


def lines_of(analysis: Analysis, kind: str, order: str) -> list[Line]:
    """Return a line per group; with `order` the greatest of that metric first."""
    found: dict[int, tuple[Group, dict[str, float | int | None]]] = {}
    for name, measured in analysis.measured.items():
        for group in measured.groups[kind]:
            if kind == "technician" and group.code == NOBODY:
                continue
            found.setdefault(group.code, (group, {}))[1][name] = group.figures[measured.metric.main]
    rows = list(found.values())
    if order:
        rows.sort(key=lambda row: -1 if (value := row[1].get(order)) is None else value, reverse=True)
    return [
        Line(
            name_of(kind, group),
            page_of(kind, group),
            [written(figures.get(name), metric.main, metric.unit) for name, metric in METRICS.items()],
        )
        for group, figures in rows
    ]
