"""What the tests of this room share: calendars, and a policy for everybody."""

from collections.abc import Callable
from typing import Any

import pytest

from sla.actions.calendars import save_calendar
from sla.actions.policies import save_policy
from sla.actions.rules import save_rule
from sla.models import Calendar, EscalationRule, Policy
from tickets.models import User

OFFICE_HOURS = {"zone": "Europe/Berlin", "windows": {day: ["09:00-17:00"] for day in ("monday", "tuesday", "friday")}}
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ROUND_THE_CLOCK = {"zone": "UTC", "windows": {day: ["00:00-24:00"] for day in WEEK}}


@pytest.fixture
def office(ada: User) -> Calendar:
    """Three days a week in Berlin."""
    fields: dict[str, Any] = {"name": "Office", **OFFICE_HOURS}
    return save_calendar(by=ada, fields=fields)


@pytest.fixture
def always(ada: User) -> Calendar:
    """Round the clock."""
    return save_calendar(by=ada, fields={"name": "Round the clock", **ROUND_THE_CLOCK})


@pytest.fixture
def make_policy(mona: User, always: Calendar) -> Callable[..., Policy]:
    """Make a policy that counts round the clock and holds for open tickets too, unless told otherwise."""

    def make(name: str, **fields: Any) -> Policy:
        scope = fields.pop("scope", "open")
        return save_policy(by=mona, fields={"name": name, "calendar": always.pk} | fields, scope=scope)

    return make


@pytest.fixture
def standard(make_policy: Callable[..., Policy]) -> Policy:
    """For everybody: 4 hours to answer (2 where it is high), 2 to answer again, 16 to resolve."""
    return make_policy(
        "Standard",
        is_default=True,
        targets={
            "first_response": {"medium": "4 h", "high": "2 h"},
            "next_response": {"medium": "2 h", "high": "1 h"},
            "resolution": {"medium": "16 h", "high": "8 h"},
        },
    )


@pytest.fixture
def make_rule(mona: User) -> Callable[..., EscalationRule]:
    """Make a rule that tells the managers of a first response in danger, unless told otherwise."""

    def make(name: str = "A rule", **fields: Any) -> EscalationRule:
        fields = {"notify_managers": True, "metric": "first_response"} | fields
        return save_rule(by=mona, fields={"name": name} | fields)

    return make
