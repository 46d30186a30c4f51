"""Figures in words and with their unit, the same on every page, in every file and on the command line."""

from analytics.metrics.figures import Unit

NOTHING = "–"
UNITS = {Unit.HOURS: " h", Unit.DAYS: " d", Unit.PERCENT: " %", Unit.TICKETS: "", Unit.PROMISES: ""}
SHARES = {"rate", "answered", "load"}
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


def written(value: float | int | None, figure: str, unit: Unit) -> str:
    """Return a figure with its unit. Counts are whole numbers and have none."""
    if value is None:
        return NOTHING
    if figure in SHARES or figure.endswith("_percent"):
        return f"{value:,} %"
    return f"{value:,}" if isinstance(value, int) else f"{value:,}{UNITS[unit]}"
