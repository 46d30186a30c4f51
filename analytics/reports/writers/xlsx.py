"""A workbook: what it is about, figures as a whole, by group, and over time. Numbers are numbers, days are days."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from analytics.metrics.analysis import Analysis
from analytics.metrics.asking import change
from analytics.metrics.insights import remarks
from analytics.metrics.outlook import Outlook
from analytics.metrics.wording import title_of
from analytics.reports import expected
from analytics.reports.options import PLAIN, Options
from analytics.reports.rows import Row, by_group, over_time, whole
from analytics.reports.words import asked
from tickets.spreadsheets import inert

Cells = Iterable[Any]
FIGURES = ("Metric", "Figure", "Value", "Unit", "Before", "Change in %", "How it is counted")
GROUPS = ("Metric", "By", "Group", "Figure", "Value", "Unit")
TRENDS = ("Metric", "From", "Figure", "Value", "Unit")
FORECAST = ("From", "Step", "Expected", "Low", "High", "Mean miss", "Mean miss of repeating the last week")
UNUSUAL = ("Day", "Tickets", "Ordinary")
WIDE = 34  # characters


def write(analysis: Analysis, options: Options = PLAIN) -> bytes:
    """Return an Excel file; texts are written so that nothing runs them."""
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    def cell(value: Any) -> Any:
        return inert(ILLEGAL_CHARACTERS_RE.sub("", value)) if isinstance(value, str) else value

    book = Workbook(write_only=True)
    for title, lines in sheets(analysis, options).items():
        sheet = book.create_sheet(title)
        sheet.column_dimensions["A"].width = sheet.column_dimensions["C"].width = WIDE
        sheet.freeze_panes = "A2"
        for line in lines:
            sheet.append([cell(value) for value in line])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def sheets(analysis: Analysis, options: Options) -> dict[str, Iterator[Cells]]:
    found = {
        "About": _about(analysis, options),
        "Figures": _figures(analysis),
        "Groups": _groups(analysis),
        "Trends": _trends(analysis),
    }
    if options.outlook:
        found |= {"Forecast": _forecast(options.outlook), "Unusual days": _unusual(options.outlook)}
    return found


def _about(analysis: Analysis, options: Options) -> Iterator[Cells]:
    yield [options.title]
    yield from ([line] for line in asked(analysis, options))
    for remark in remarks(analysis):
        yield [" ".join((remark.text, remark.advice)).strip()]


def _figures(analysis: Analysis) -> Iterator[Cells]:
    yield FIGURES
    for measured in analysis.measured.values():
        for row in whole(measured):
            before = measured.before.get(row.figure) if measured.before else None
            changed = change(row.value, before)
            told = (measured.metric.title, title_of(row.figure), row.value, row.unit)
            yield *told, before, changed, measured.metric.formula


def _groups(analysis: Analysis) -> Iterator[Cells]:
    yield GROUPS
    for measured in analysis.measured.values():
        yield from (_cells(measured.metric.title, row, row.dimension, row.group) for row in by_group(measured))


def _trends(analysis: Analysis) -> Iterator[Cells]:
    yield TRENDS
    for measured in analysis.measured.values():
        yield from (_cells(measured.metric.title, row, row.day) for row in over_time(measured))


def _forecast(outlook: Outlook) -> Iterator[Cells]:
    yield FORECAST
    for step, line in expected.lines(outlook):
        for point in line.points:
            yield point.day, step.value, point.expected, point.low, point.high, line.error, line.naive_error
    if gone := expected.missing(outlook):
        yield [f"{gone}. {expected.NEEDED}"]


def _unusual(outlook: Outlook) -> Iterator[Cells]:
    yield UNUSUAL
    yield from ((one.day, one.count, one.ordinary) for one in outlook.unusual)


def _cells(title: str, row: Row, *where: Any) -> Cells:
    return title, *where, title_of(row.figure), row.value, row.unit
