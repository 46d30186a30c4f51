"""What to expect next and which days were unusual, as an answer adds it: for JSON, for the terminal and for reports."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from analytics.metrics.analysis import Question
from analytics.metrics.outlook import Outlook, outlook
from sla.calendars import Times

ENOUGH = timedelta(weeks=10)
TOO_SHORT = "There are less than ten weeks of past: too few for a forecast."
AS_GOOD = "Nothing is forecast: judged by the past, repeating the last week would do as well."
OF_ALL = "Nothing is forecast of some statuses: what is open now says little about what will come."


@dataclass(frozen=True)
class Forecast:
    """An outlook; `note` says why something is not forecast."""

    found: Outlook
    note: str = ""

    def shape(self) -> dict[str, Any]:
        """Return it for orjson, as `/analytics/forecast` of the API has it, with the note."""
        return {
            "days": self.found.days,
            "weeks": self.found.weeks,
            "unusual": self.found.unusual,
            "note": self.note,
        }


def look_ahead(created: Times, question: Question, now: datetime, *, of_all: bool, ends: bool) -> Forecast:
    """Return the forecast from the end of the period on; where what was read `ends`, from its last ticket on."""
    if not of_all:
        return Forecast(Outlook(), OF_ALL)
    known = created[created < np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "us")]
    if not len(known):
        return Forecast(Outlook(), TOO_SHORT)
    first, last = (datetime.fromtimestamp(int(at.astype(np.int64)) / 1e6, UTC) for at in (known.min(), known.max()))
    at = min(now, question.period.end, last) if ends else min(now, question.period.end)
    if at - first < ENOUGH:
        return Forecast(Outlook(), TOO_SHORT)
    found = outlook(known, at, question.zone, question.period.start.astimezone(question.zone).date())
    return Forecast(found, "" if found.days or found.weeks else AS_GOOD)
