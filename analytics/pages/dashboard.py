"""The dashboard: every metric as a tile, some as charts, and what stands out, in words."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from analytics.arrangement import Card
from analytics.metrics.periods import Step
from analytics.models import Dashboard
from analytics.pages.asking import TV, Asking, ask, periods_offered
from analytics.pages.figures import figures_of
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
    cards = [card for card in Dashboard.of(request.user) if card.is_shown]
    if TV in request.GET:
        return _wall(request, asking, cards)
    figures = figures_of(asking, cards)
    context = frame_of(asking) | {"figures": figures, "dimension": asking.dimension}
    status = 400 if asking.errors else 200
    return page(request, "analytics/dashboard.html", context, fragment=fragment_for(request), status=status)


def _wall(request: PageRequest, asking: Asking, cards: list[Card]) -> HttpResponse:
    analysis = asking.answer(dimensions=(asking.dimension,))
    context = frame_of(asking)
    if analysis:
        tiles = tiles_of(analysis, asking.query, asking.now)
        chosen: list[Tile] = [tiles[card.metric.name] for card in cards]
        context["screens"] = [chosen[at : at + TILES_ON_A_SCREEN] for at in range(0, len(chosen), TILES_ON_A_SCREEN)]
    return page(request, "analytics/tv.html", context, fragment="screens", status=400 if asking.errors else 200)


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
