"""A figure a row, for programs that read columns."""

from io import BytesIO

from analytics.metrics.analysis import Analysis
from analytics.reports import expected
from analytics.reports.options import PLAIN, Options
from analytics.reports.rows import Row, rows


def write(analysis: Analysis, options: Options = PLAIN) -> bytes:
    """Return a Parquet file with the columns of `rows.Row`; values are 64-bit floats."""
    import polars

    schema = dict.fromkeys(Row._fields, polars.String) | {"day": polars.Date, "value": polars.Float64}
    content = BytesIO()
    found = [*rows(analysis), *expected.rows(options.outlook)]
    polars.DataFrame(found, schema=schema, orient="row", strict=False).write_parquet(content)
    return content.getvalue()
