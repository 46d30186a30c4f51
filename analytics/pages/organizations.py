"""What a customer may be shown of their tickets: on a page to print or send, without anything of the desk's own."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from analytics.arrangement import Drawn
from analytics.metrics.registry import METRICS
from analytics.pages.asking import ask
from analytics.pages.charts import Drawing
from analytics.pages.dashboard import frame_of
from analytics.pages.tiles import tiles_of
from analytics.permissions import require
from tickets.models import Organization
from tickets.pages.doors import PageRequest, page, staff_only

SHOWN = [name for name, metric in METRICS.items() if not metric.is_internal]
DRAWN = ("volume", "resolution_time")
GROUPED = "priority"


@require_GET
@staff_only
def organization(request: PageRequest, pk: int) -> HttpResponse:
    """Show an organization's figures as far as a customer may know them."""
    require(request.user, "analytics.view")
    found = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)
    asking = ask(request, request.user, {"organization": str(pk), "metric": SHOWN})
    analysis = asking.answer(dimensions=(GROUPED,))
    asking.query.pop("metric")
    context = frame_of(asking) | {"organization": found, "analysis": analysis}
    if analysis:
        drawing = Drawing(analysis, asking.query, asking.now, with_links=False)
        measured = analysis.measured
        context |= {
            "tiles": list(tiles_of(analysis, asking.query, asking.now).values()),
            "charts": [
                *(drawing.over_time(measured[name], Drawn.BARS if name == "volume" else Drawn.LINE) for name in DRAWN),
                drawing.by_group(measured["volume"], GROUPED),
            ],
        }
    return page(request, "analytics/organization.html", context, fragment="whole", status=400 if asking.errors else 200)
