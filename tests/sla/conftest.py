"""What the tests of this room share."""

from typing import Any

import pytest

from sla.actions.calendars import save_calendar
from sla.models import Calendar
from tickets.models import User

OFFICE_HOURS = {"zone": "Europe/Berlin", "windows": {day: ["09:00-17:00"] for day in ("monday", "tuesday", "friday")}}


@pytest.fixture
def office(ada: User) -> Calendar:
    """Three days a week in Berlin."""
    fields: dict[str, Any] = {"name": "Office", **OFFICE_HOURS}
    return save_calendar(by=ada, fields=fields)
