"""One metric looked at closely: all its figures, its line over time, its groups, and how it is counted."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from analytics.arrangement import Drawn
from analytics.metrics.analysis import Measured
from analytics.metrics.registry import METRICS
from analytics.metrics.wording import title_of, written
from analytics.pages.asking import ask
from analytics.pages.charts import Drawing
from analytics.pages.dashboard import fragment_for, frame_of
from analytics.pages.tiles import Change, change_of, tiles_of
from analytics.permissions import require
from tickets.errors import NotFound
from tickets.pages.doors import PageRequest, page, staff_only


@dataclass(frozen=True)
class Line:
    name: str
    figure: str
    change: Change | None


@require_GET
@staff_only
def metric(request: PageRequest, name: str) -> HttpResponse:
    """Show a metric of a period, by the dimension that the address names."""
    require(request.user, "analytics.view")
    if name not in METRICS:
        raise NotFound("There is no such metric. The dashboard has all of them.")
    asking = ask(request, request.user, {"metric": name})
    dimension = asking.dimension
    analysis = asking.answer(dimensions=(dimension,))
    asking.query.pop("metric")
    context = frame_of(asking) | {"metric": METRICS[name], "analysis": analysis, "dimension": dimension}
    if analysis:
        measured = analysis.measured[name]
        drawing = Drawing(analysis, asking.query, asking.now, in_full=True)
        context |= {
            "tile": tiles_of(analysis, asking.query, asking.now)[name],
            "lines": lines_of(measured),
            "charts": [drawing.over_time(measured, Drawn.LINE), drawing.by_group(measured, dimension)],
        }
    status = 400 if asking.errors else 200
    return page(request, "analytics/metric.html", context, fragment=fragment_for(request), status=status)


def lines_of(measured: Measured) -> list[Line]:
    """Return every figure of a metric with how it moved."""
    unit = measured.metric.unit
    return [Line(title_of(n), written(v, n, unit), change_of(measured, n)) for n, v in measured.figures.items()]
