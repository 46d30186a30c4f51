"""From an address to its answer: what the page asks, what is wrong with that, and the figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from analytics.answers import Asked, analysis_for, read_question
from analytics.metrics.analysis import Analysis
from analytics.presets import DEFAULT, PRESETS
from tickets.errors import Invalid
from tickets.models import User

TV = "tv"
GROUPED = "team"  # unless the address names something else
OWN_DATES = ("from", "to")


@dataclass
class Asking:
    """A page's question. `errors` says per field what is wrong with it; then there is no answer."""

    reader: User
    query: QueryDict
    now: datetime
    asked: Asked | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def has_own_dates(self) -> bool:
        return any(self.query.get(name) for name in OWN_DATES)

    @property
    def period_name(self) -> str:
        """The preset in force; empty for dates of one's own."""
        return "" if self.has_own_dates else self.query.get("period") or DEFAULT

    @property
    def period_label(self) -> str:
        """The period in words."""
        if not self.has_own_dates:
            return PRESETS[self.period_name].label if self.period_name in PRESETS else ""
        return " to ".join(day for name in OWN_DATES if (day := self.query.get(name)))

    @property
    def days(self) -> dict[str, date]:
        """First and last day of the period, and of the one before; on the clocks of the reader."""
        if self.asked is None:
            return {}
        question = self.asked.question
        found = {}
        for name, period in (("", question.period), ("before_", question.before)):
            found[f"{name}first"] = period.start.astimezone(question.zone).date()
            found[f"{name}last"] = (period.end - timedelta(microseconds=1)).astimezone(question.zone).date()
        return found

    @property
    def dimension(self) -> str:
        """What the groups of the page are."""
        return next(iter(self.asked.question.dimensions if self.asked else ()), GROUPED)

    @property
    def others(self) -> list[str]:
        """What is wrong elsewhere than with the dates, which have a place to say it."""
        return [sentence for name, found in self.errors.items() if name not in OWN_DATES for sentence in found]

    def answer(
        self, *, dimensions: tuple[str, ...] | None = None, trends: tuple[str, ...] | None = None, compared: bool = True
    ) -> Analysis | None:
        """Return the figures, by other dimensions or with other lines than the address says; None with what is wrong in `errors`."""
        if self.asked is None:
            return None
        question = self.asked.question
        question = replace(
            question,
            dimensions=question.dimensions if dimensions is None else dimensions,
            trends=trends,
            compared=question.compared and compared,
        )
        try:
            return analysis_for(self.reader, replace(self.asked, question=question), self.now)[0]
        except Invalid as error:
            self.errors |= error.errors
            return None


def ask(
    request: HttpRequest,
    reader: User,
    fixed: Mapping[str, str | list[str]] | None = None,
    *,
    leaving_out: tuple[str, ...] = (),
) -> Asking:
    """Read the question of an address; `fixed` are filters that the page itself stands for, `leaving_out` names that it reads."""
    query = request.GET.copy()
    for name, value in (fixed or {}).items():
        query.setlist(name, [value] if isinstance(value, str) else value)
    asking = Asking(reader, query, timezone.now())
    try:
        asking.asked = read_question(query, reader, asking.now, also=(TV, *leaving_out))
    except Invalid as error:
        asking.errors = dict(error.errors)
    query.pop(TV, None)
    return asking


def periods_offered(asking: Asking) -> list[tuple[str, str]]:
    """Return the periods with a name, as value and label; first, where dates are in force, that they are."""
    named = [(name, preset.label) for name, preset in PRESETS.items()]
    return [("", "Own dates"), *named] if asking.has_own_dates else named
