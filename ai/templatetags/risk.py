"""What templates of other rooms show of forecasts: `templates/ai/` is included by theirs."""

from datetime import datetime
from typing import NamedTuple

from django import template
from django.utils import timezone

from ai.models import RiskForecast
from sla.risks import risk_foreseen
from tickets.models import Ticket

register = template.Library()


class Shown(NamedTuple):
    """A forecast as a page shows it; `percent` is None where the clock alone tells the risk."""

    percent: int | None
    level: str
    reasons: list[dict[str, object]]
    completion_at: datetime | None
    said: str


@register.simple_tag
def risk_forecast(ticket: Ticket) -> Shown | None:
    """Return the stored forecast of a ticket whose solution is promised, None where there is nothing to foretell."""
    if ticket.is_resolved:
        return None
    row = RiskForecast.objects.filter(ticket=ticket).exclude(made_at=None).exclude(due=None).first()
    if row is None or (row.percent is None and not row.said):
        return None
    if row.percent is None:
        return Shown(None, "", [], None, row.said)
    done = row.completion_at if row.completion_at and row.completion_at > timezone.now() else None
    return Shown(row.percent, risk_foreseen(row.percent).value, row.reasons, done, "")
