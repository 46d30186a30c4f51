"""The list of formats. A new one is a file in `writers` and a line here, and appears in builder, API and command line."""

from collections.abc import Callable
from dataclasses import dataclass

from analytics.metrics.analysis import Analysis
from analytics.reports.options import Options
from analytics.reports.writers import csv, html, json, parquet, pdf, xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Format:
    """`missing` says in a sentence what must be installed before files of this format can be written, nothing where it is there."""

    name: str  # also the end of a file's name
    title: str
    media_type: str
    write: Callable[[Analysis, Options], bytes]
    missing: Callable[[], str] = lambda: ""


FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        Format("html", "Web page", "text/html; charset=utf-8", html.write),
        Format("pdf", "PDF", "application/pdf", pdf.write, pdf.missing),
        Format("xlsx", "Excel", XLSX, xlsx.write),
        Format("csv", "CSV", "text/csv; charset=utf-8", csv.write),
        Format("json", "JSON", "application/json", json.write),
        Format("parquet", "Parquet", "application/vnd.apache.parquet", parquet.write),
    )
}
