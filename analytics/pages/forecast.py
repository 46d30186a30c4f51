"""What to expect: tickets a day and a week, and days that were out of the ordinary."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from analytics.answers import outlook_for
from analytics.arrangement import Drawn
from analytics.metrics.outlook import Line, Outlook
from analytics.metrics.periods import Period, Step
from analytics.metrics.registry import METRICS
from analytics.pages.asking import Asking, ask
from analytics.pages.charts import Cell, Chart, Row, day_label
from analytics.pages.dashboard import fragment_for, frame_of
from analytics.pages.drilling import queue_url
from analytics.permissions import require
from analytics.reports.expected import INTERVAL, NEEDED, UNUSUAL, judged, lines, missing, written
from tickets.pages.doors import PageRequest, page, staff_only

HEADS = ["expected", "from", "to"]


@dataclass(frozen=True)
class Odd:
    """A day out of the ordinary, with the queue's address of its tickets."""

    label: str
    count: int
    ordinary: float
    url: str


@require_GET
@staff_only
def forecast(request: PageRequest) -> HttpResponse:
    """Show the forecast of the tickets that pass the filters, and the unusual days of the period."""
    require(request.user, "analytics.view")
    asking = ask(request, request.user)
    context = frame_of(asking)
    if asking.asked:
        found = outlook_for(request.user, asking.asked, asking.now)[0]
        context |= {"found": found, "charts": _charts(found), "odd": _odd(found, asking)}
        context |= {"missing": missing(found), "needed": NEEDED, "far": UNUSUAL}
    status = 400 if asking.errors else 200
    return page(request, "analytics/forecast.html", context, fragment=fragment_for(request), status=status)


def _charts(found: Outlook) -> list[Chart]:
    return [_chart(step, line) for step, line in lines(found)]


def _chart(step: Step, line: Line) -> Chart:
    caption = f"{INTERVAL} {judged(step, line)}"
    rows = [
        Row(
            day_label(point.day, step),
            [Cell(value, written(value)) for value in (point.expected, point.low, point.high)],
        )
        for point in line.points
    ]
    return Chart(
        f"expected-{step.value}",
        f"Next {step.value}s",
        Drawn.LINE,
        caption,
        step.value.capitalize(),
        HEADS,
        rows,
        len(HEADS),
    )


def _odd(found: Outlook, asking: Asking) -> list[Odd]:
    """Return the unusual days, the latest first."""
    volume, zone = METRICS["volume"], asking.asked.question.zone if asking.asked else None
    if zone is None:
        return []
    return [
        Odd(
            f"{one.day:%A} {one.day.day} {one.day:%B %Y}",
            one.count,
            one.ordinary,
            queue_url(volume, volume.main, Period.of_days(one.day, one.day, zone), asking.query, asking.now),
        )
        for one in reversed(found.unusual)
    ]
