"""Arranging the dashboard: which metrics, in which order, and what is drawn of each. Works with keys and without JavaScript."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from analytics.actions.dashboards import arrange_dashboard, reset_dashboard
from analytics.arrangement import Drawn
from analytics.models import Dashboard
from analytics.permissions import require
from tickets.pages.doors import PageRequest, back, page, staff_only, tell, wants_fragment

CHARTS = [(drawn.value, drawn.label) for drawn in Drawn]


@staff_only
def arrange(request: PageRequest) -> HttpResponse:
    """List all metrics; a POST names one with `move` or `drawn`, and changes it."""
    require(request.user, "analytics.view")
    cards = Dashboard.of(request.user)
    if request.method == "POST":
        given = {name: value for name in ("move", "drawn") if (value := request.POST.get(name))}
        cards = arrange_dashboard(by=request.user, metric=request.POST.get("metric", ""), **given)
        if not wants_fragment(request):
            return back(request, reverse("analytics_arrange"))
    return page(request, "analytics/arrange.html", {"cards": cards, "charts": CHARTS}, fragment="cards")


@require_POST
@staff_only
def reset(request: PageRequest) -> HttpResponse:
    """Put everything where a new dashboard has it."""
    reset_dashboard(by=request.user)
    tell(request, "The dashboard is as it was at first.")
    return back(request, reverse("analytics_arrange"))
