"""The analysis as the API answers with it."""

from typing import Any

import orjson

from analytics.metrics.analysis import Analysis, shape
from analytics.metrics.insights import summary
from analytics.reports.options import PLAIN, Options


def write(analysis: Analysis, options: Options = PLAIN) -> bytes:
    """Return JSON in UTF-8: `metrics`, `trends`, `summary`, `generated_at`, `date_range`, `ticket_count`, and `forecast` if asked for."""
    body: dict[str, Any] = {**shape(analysis), "summary": summary(analysis)}
    if options.outlook:
        body["forecast"] = options.outlook
    return orjson.dumps(body, option=orjson.OPT_INDENT_2)
