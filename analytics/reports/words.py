"""What every report says about itself in words."""

from datetime import datetime, timedelta

from analytics.metrics.analysis import Analysis
from analytics.reports.options import Options


def asked(analysis: Analysis, options: Options) -> list[str]:
    """Return the period, how many tickets came in, what was asked beside that, and when it was counted."""
    count = analysis.ticket_count
    return [
        f"{period(analysis)}.",
        f"{count:,} {'ticket was' if count == 1 else 'tickets were'} created in this time.",
        *options.about,
        f"Counted on {_moment(analysis)}.",
    ]


def period(analysis: Analysis) -> str:
    """Return the first and the last day, on the clocks of the zone that was asked."""
    zone, span = analysis.question.zone, analysis.question.period
    last = (span.end - timedelta(microseconds=1)).astimezone(zone)
    return f"{_day(span.start.astimezone(zone))} to {_day(last)}, {zone.key}"


def _moment(analysis: Analysis) -> str:
    at = analysis.generated_at.astimezone(analysis.question.zone)
    return f"{_day(at)} at {at:%H:%M}"


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"
