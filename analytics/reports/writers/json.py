"""The analysis as the API answers with it."""

import orjson

from analytics.metrics.analysis import Analysis, shape
from analytics.metrics.insights import summary
from analytics.reports.options import PLAIN, Options


def write(analysis: Analysis, options: Options = PLAIN) -> bytes:
    """Return JSON in UTF-8: `metrics`, `trends`, `summary`, `generated_at`, `date_range`, `ticket_count`."""
    return orjson.dumps({**shape(analysis), "summary": summary(analysis)}, option=orjson.OPT_INDENT_2)
