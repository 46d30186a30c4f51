"""The figures of the dashboard, drawn once for each reader until something happens on the desk."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from analytics.arrangement import Card, Drawn, saved_form
from analytics.metrics.analysis import Analysis
from analytics.metrics.insights import remarks
from analytics.pages.asking import Asking
from analytics.pages.charts import Chart, Drawing
from analytics.pages.filters import filters_told
from analytics.pages.tiles import tiles_of
from sla.api.fresh import kept
from tickets.errors import Invalid


def figures_of(asking: Asking, cards: list[Card]) -> SafeString:
    """Return tiles, charts and remarks as HTML, empty where something is wrong with the question.

    They are rendered without the request, so that nothing of it is kept.
    """

    def drawn() -> SafeString:
        analysis = asking.answer(dimensions=(asking.dimension,))
        if analysis is None:
            raise Invalid(asking.errors)
        return render_to_string("analytics/figures.html", _shown(asking, analysis, cards))

    whose = f"figures of {asking.reader.pk} {asking.query.urlencode()} {asking.asked} {saved_form(cards)}"
    try:
        return kept(asking.reader, whose, asking.now, drawn)[0]
    except Invalid:
        return SafeString()


def _shown(asking: Asking, analysis: Analysis, cards: list[Card]) -> dict[str, Any]:
    tiles = tiles_of(analysis, asking.query, asking.now)
    return {
        "analysis": analysis,
        "days": asking.days,
        "told": filters_told(asking.query),
        "tiles": [tiles[card.metric.name] for card in cards],
        "charts": [_drawn(asking, analysis, card) for card in cards if card.drawn != Drawn.NOTHING],
        "remarks": sorted(remarks(analysis), key=lambda remark: not remark.advice),  # what to do something about first
        "is_empty": not any(measured.main for measured in analysis.measured.values()),
    }


def _drawn(asking: Asking, analysis: Analysis, card: Card) -> Chart:
    drawing = Drawing(analysis, asking.query, asking.now)
    measured = analysis.measured[card.metric.name]
    if card.drawn == Drawn.GROUPS:
        return drawing.by_group(measured, asking.dimension)
    return drawing.over_time(measured, card.drawn)
