"""The dashboard: every metric as a tile, some as charts, and what stands out, in words."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from analytics.arrangement import Card, Drawn
from analytics.metrics.analysis import Analysis
from analytics.metrics.insights import remarks
from analytics.metrics.periods import Step
from analytics.models import Dashboard
from analytics.pages.asking import TV, Asking, ask, periods_offered
from analytics.pages.charts import Chart, Drawing
from analytics.pages.filters import OFFERED, chips_for, filters_told, kept_pairs
from analytics.pages.groups import dimensions_for
from analytics.pages.tiles import Tile, tiles_of
from analytics.permissions import can, require
from tickets.pages.doors import PageRequest, page, staff_only

TILES_ON_A_SCREEN = 6
STEPS = [("", "What fits"), *((step.value, f"By {step.value}") for step in Step)]
DATES = [("from", "From"), ("to", "to")]
FIGURES = "figures"  # the part that is read anew when something happens


@require_GET
@staff_only
def dashboard(request: PageRequest) -> HttpResponse:
    """Show the figures of a period; with `tv` large ones alone, for a screen on the wall."""
    require(request.user, "analytics.view")
    asking = ask(request, request.user)
    dimension = asking.dimension
    cards = [card for card in Dashboard.of(request.user) if card.is_shown]
    analysis = asking.answer(dimensions=(dimension,))
    context = frame_of(asking) | {"analysis": analysis, "dimension": dimension}
    if analysis:
        context |= _shown(asking, analysis, cards, dimension)
    status = 400 if asking.errors else 200
    if TV in request.GET:
        return page(request, "analytics/tv.html", context, fragment="screens", status=status)
    return page(request, "analytics/dashboard.html", context, fragment=fragment_for(request), status=status)


def fragment_for(request: PageRequest) -> str:
    """Return the part of the page that htmx wants: the figures alone, or the whole with its filters."""
    return FIGURES if request.htmx.target == FIGURES else "whole"


def frame_of(asking: Asking) -> dict[str, Any]:
    """Return what the head of a page of figures shows: period, filters, what is wrong with them."""
    query = asking.query
    return {
        "asking": asking,
        "only_own": asking.dimension == "technician" and not can(asking.reader, "analytics.people"),
        "chips": chips_for(query),
        "told": filters_told(query),
        "periods": periods_offered(asking),
        "dimensions": dimensions_for(asking.reader),
        "steps": STEPS,
        "step": query.get("step", ""),
        "question": query.urlencode(),
        "dates": DATES,
        "days": asking.days,
        "beside_period": kept_pairs(query, "period", "from", "to"),
        "beside_view": kept_pairs(query, "group_by", "step"),
        "beside_filters": kept_pairs(query, *OFFERED),
    }


def _shown(asking: Asking, analysis: Analysis, cards: list[Card], dimension: str) -> dict[str, Any]:
    tiles = tiles_of(analysis, asking.query, asking.now)
    chosen: list[Tile] = [tiles[card.metric.name] for card in cards]
    return {
        "tiles": chosen,
        "screens": [chosen[at : at + TILES_ON_A_SCREEN] for at in range(0, len(chosen), TILES_ON_A_SCREEN)],
        "charts": [_drawn(asking, analysis, card, dimension) for card in cards if card.drawn != Drawn.NOTHING],
        "remarks": sorted(remarks(analysis), key=lambda remark: not remark.advice),  # what to do something about first
        "is_empty": not any(measured.main for measured in analysis.measured.values()),
    }


def _drawn(asking: Asking, analysis: Analysis, card: Card, dimension: str) -> Chart:
    drawing = Drawing(analysis, asking.query, asking.now)
    measured = analysis.measured[card.metric.name]
    if card.drawn == Drawn.GROUPS:
        return drawing.by_group(measured, dimension)
    return drawing.over_time(measured, card.drawn)
