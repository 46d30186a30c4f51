"""An analysis on the terminal: tables as wide as it is, numbers never wrapped or cut."""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence

import click

from analytics.cli.asking import Answered
from analytics.cli.forecast import Forecast
from analytics.metrics.analysis import Measured
from analytics.metrics.insights import remarks
from analytics.metrics.wording import title_of, written
from analytics.reports.expected import judged, lines

GROUPS = 15
AHEAD = 7  # days that are shown of a forecast; JSON has them all
NARROWEST = 8  # characters that a name keeps
Row = Sequence[str]


def table(answered: Answered, *, to_file: bool) -> str:
    """Return the analysis as text; in colours only for a terminal."""
    lines = list(_lines(answered))
    text = "\n".join(lines) + "\n"
    plain = to_file or not sys.stdout.isatty() or bool(os.environ.get("NO_COLOR"))
    return click.unstyle(text) if plain else text


def _lines(answered: Answered) -> Iterator[str]:
    analysis = answered.analysis
    yield click.style(f"{analysis.ticket_count:,} tickets created, {answered.days}", bold=True)
    yield answered.about[0]
    yield ""
    measured = list(analysis.measured.values())
    compared = analysis.question.compared
    head = ["metric", "", "figure", *(["before", "change"] if compared else [])]
    yield from _aligned(head, [_row(one, compared) for one in measured], names=2)
    for dimension in analysis.question.dimensions:
        yield ""
        yield from _groups(measured, dimension)
    yield from _ahead(answered.forecast)
    found = remarks(analysis)
    if found:
        yield ""
    for remark in found:
        yield from click.wrap_text(f"{remark.text} {remark.advice}".strip(), _width(), "• ", "  ").splitlines()


def _ahead(forecast: Forecast) -> Iterator[str]:
    """Yield what is expected, with the interval, and the latest unusual days."""
    found = forecast.found
    for step, line in lines(found):
        rows = [
            [point.day.isoformat(), *(f"{value:,}" for value in (point.expected, point.low, point.high))]
            for point in line.points[:AHEAD]
        ]
        yield ""
        yield from _aligned([f"{step.value} of", "expected", "8 of 10 from", "to"], rows, names=1)
        yield from click.wrap_text(judged(step, line), _width()).splitlines()
    if found.unusual:
        rows = [[day.day.isoformat(), f"{day.count:,}", f"{day.ordinary:,}"] for day in found.unusual[-AHEAD:]]
        yield ""
        yield from _aligned(["unusual day", "tickets", "usual"], rows, names=1)


def _row(measured: Measured, compared: bool) -> list[str]:
    metric = measured.metric
    row = [metric.title, title_of(metric.main), written(measured.main, metric.main, metric.unit)]
    if compared:
        change = measured.change
        before = written(measured.main_before, metric.main, metric.unit)
        row += [before, "" if change is None else f"{change:+,} %"]
    return row


def _groups(measured: list[Measured], dimension: str) -> Iterator[str]:
    """Yield the main figures of each group; as many metrics as there is room for."""
    names = [group.name or "none" for group in measured[0].groups[dimension]][:GROUPS]
    rows = [[name] for name in names]
    head = [dimension]
    room = _width() - max(NARROWEST, min(max(map(len, names), default=0), 30))
    for one in measured:
        metric = one.metric
        cells = [
            written(g.figures[one.metric.main], one.metric.main, one.metric.unit)
            for g in one.groups[dimension][:GROUPS]
        ]
        width = max(len(metric.title), *map(len, cells), 0) + 2 if cells else 0
        if not cells or width > room or all(cell == "–" for cell in cells):
            continue
        room -= width
        head.append(metric.title)
        for row, cell in zip(rows, cells, strict=True):
            row.append(cell)
    yield from _aligned(head, rows, names=1)
    others = len(measured[0].groups[dimension]) - len(names)
    if others > 0:
        yield f"… and {others:,} more; --format csv has them all."


def _aligned(head: Row, rows: Sequence[Row], *, names: int) -> Iterator[str]:
    """Yield aligned lines. The first columns are names, cut where the terminal is narrow; the others are numbers."""
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    over = sum(widths) + 2 * (len(widths) - 1) - _width()
    for place in reversed(range(names)):
        less = max(0, min(over, widths[place] - NARROWEST))
        widths[place], over = widths[place] - less, over - less
    yield click.style(_line(head, widths, names), dim=True)
    for row in rows:
        yield _line(row, widths, names)


def _line(row: Row, widths: Sequence[int], names: int) -> str:
    cells = [
        _fitted(cell, width) if place < names else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _fitted(text: str, width: int) -> str:
    text = "".join(char if char.isprintable() else " " for char in text)
    return text.ljust(width) if len(text) <= width else f"{text[: width - 1]}…"


def _width() -> int:
    return shutil.get_terminal_size().columns
