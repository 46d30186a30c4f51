"""The page on paper: the same HTML, its print styles, nothing fetched."""

from importlib.util import find_spec
from typing import Any

from analytics.metrics.analysis import Analysis
from analytics.reports.options import PLAIN, Options
from analytics.reports.writers import html

HOW = (
    "PDF files are switched off here. Switch them on with: pip install weasyprint==70.0. "
    "It needs Pango, which Debian calls libpango-1.0-0 and libpangoft2-1.0-0."
)


class NoPdf(RuntimeError):
    """There is nothing here that writes PDF; the text says how to change that."""


def missing() -> str:
    """Say what to do before PDF files can be written; nothing where that works. It does not load the library to find out."""
    return "" if find_spec("weasyprint") else HOW


def write(analysis: Analysis, options: Options = PLAIN) -> bytes:
    """Return a PDF file. Raises NoPdf where weasyprint, or Pango which it needs, is not installed."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        raise NoPdf(HOW) from error
    page = html.page(analysis, options, on_paper=True)
    content: bytes = HTML(string=page, url_fetcher=_nothing).write_pdf()
    return content


def _nothing(url: str, *_: Any, **__: Any) -> Any:
    raise ValueError("A report refers to nothing outside of itself.")
