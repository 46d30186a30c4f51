"""Figures in words and with their unit, the same on every page, in every file and on the command line."""

from analytics.metrics.figures import Unit

NOTHING = "–"
UNITS = {Unit.HOURS: " h", Unit.DAYS: " d", Unit.PERCENT: " %", Unit.TICKETS: "", Unit.PROMISES: ""}
SHARES = {"rate", "answered", "load"}
TIMES = {"hours", "available"}
WORDS = {
    "p90": "90th percentile",
    "p95": "95th percentile",
    "p99": "99th percentile",
    "rate": "share",
    "end": "at the end",
    "start": "at the begin",
    "per_ticket": "per ticket",
    "most": "most of one person",
}


def title_of(figure: str) -> str:
    """Return what a figure is called: `under_1_day` is "under 1 day"."""
    return WORDS.get(figure, figure.replace("_percent", ", %").replace("_", " "))


def unit_of(value: float | int | None, figure: str, unit: Unit) -> Unit | None:
    """Return what a figure of a metric with this unit is measured in; None for a count and a mean of ratings."""
    if figure in SHARES or figure.endswith("_percent"):
        return Unit.PERCENT
    if isinstance(value, int) or (unit == Unit.PERCENT and figure == "mean"):
        return None
    return Unit.HOURS if figure in TIMES else unit


def written(value: float | int | None, figure: str, unit: Unit) -> str:
    """Return a figure with its unit. Counts are whole numbers and have none."""
    if value is None:
        return NOTHING
    measured = unit_of(value, figure, unit)
    return f"{value:,}{UNITS[measured] if measured else ''}"
