"""A figure a line, in the long form that spreadsheets pivot and programs read."""

import csv
from io import StringIO

from analytics.metrics.analysis import Analysis
from analytics.reports import expected
from analytics.reports.options import PLAIN, Options
from analytics.reports.rows import Row, rows
from tickets.spreadsheets import inert


def write(analysis: Analysis, options: Options = PLAIN) -> bytes:
    """Return CSV in UTF-8; names are written so that no spreadsheet runs them, numbers as they are."""
    text = StringIO()
    table = csv.writer(text)
    table.writerow(Row._fields)
    for row in (*rows(analysis), *expected.rows(options.outlook)):
        table.writerow([cell if isinstance(cell, int | float) else inert(cell) for cell in row])
    return text.getvalue().encode()
