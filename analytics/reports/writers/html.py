"""A page that needs nothing but itself: styles and charts are inside, no script runs, nothing is fetched."""

from functools import cache
from pathlib import Path
from typing import Any

from analytics.metrics.analysis import Analysis
from analytics.metrics.insights import remarks
from analytics.metrics.outlook import Outlook
from analytics.reports import expected
from analytics.reports.charts import HEIGHT, WIDTH
from analytics.reports.options import PLAIN, Options
from analytics.reports.sections import sections
from analytics.reports.words import asked

HERE = Path(__file__).parent


def write(analysis: Analysis, options: Options = PLAIN) -> bytes:
    """Return HTML in UTF-8; it fits the theme of who reads it, a phone, and paper."""
    return page(analysis, options).encode()


def page(analysis: Analysis, options: Options, *, on_paper: bool = False) -> str:
    """Return the page; on paper without the tables that one must open."""
    values = {
        "title": options.title,
        "asked": asked(analysis, options),
        "remarks": remarks(analysis),
        "sections": sections(analysis),
        "outlook": _outlook(options.outlook),
        "step": analysis.step.value,
        "width": WIDTH,
        "height": HEIGHT,
        "style": _style(),
        "on_paper": on_paper,
    }
    from django.template import Context

    text: str = _template().render(Context(values, use_l10n=False, use_tz=False))
    return text


def _outlook(outlook: Outlook | None) -> dict[str, Any]:
    """Return what the template says of the forecast; nothing where none was asked for."""
    if outlook is None:
        return {}
    return {
        "expectations": expected.expectations(outlook),
        "interval": expected.INTERVAL,
        "missing": expected.missing(outlook),
        "needed": expected.NEEDED,
        "unusual": expected.unusual(outlook),
        "far": expected.UNUSUAL,
    }


@cache
def _style() -> str:
    """Return our own stylesheet, which the template takes in as it is."""
    return (HERE / "report.css").read_text()


@cache
def _template() -> Any:
    """Return the template, in an engine of its own: there may be no settings, and every text is escaped."""
    from django.template import Engine

    return Engine(dirs=[str(HERE)], autoescape=True).get_template("report.html")
