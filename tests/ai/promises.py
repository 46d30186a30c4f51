"""What a desk promises in the tests of forecasts."""

from typing import Any

from sla.actions.calendars import save_calendar
from sla.actions.policies import save_policy
from sla.models import Policy
from tickets.choices import Level
from tickets.permissions import Actor

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def promise_solutions(by: Actor, hours: float) -> Policy:
    """Promise every ticket a solution within so many hours, round the clock."""
    always = {"zone": "UTC", "windows": {day: ["00:00-24:00"] for day in WEEK}}
    calendar = save_calendar(by=by, fields={"name": "Round the clock", **always})
    fields: dict[str, Any] = {"name": "Standard", "is_default": True, "calendar": calendar.pk}
    fields["targets"] = {"resolution": dict.fromkeys(Level.values, f"{hours:g} h")}
    return save_policy(by=by, fields=fields, scope="open")
