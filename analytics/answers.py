"""What somebody asks, read from a query, and the answer: kept until something happens on the desk."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.dateparse import parse_date

from analytics.facts.asked import FIELDS, Filters
from analytics.facts.desk import read_creations, read_facts
from analytics.metrics.analysis import Analysis, Question, analyse
from analytics.metrics.columns import DIMENSIONS, NOBODY
from analytics.metrics.outlook import Outlook, first_day, outlook
from analytics.metrics.periods import Period, Step, midnight
from analytics.metrics.registry import METRICS
from analytics.permissions import can, require
from analytics.presets import DEFAULT, PRESETS
from sla.api.fresh import kept
from tickets.choices import Channel, Level, Status
from tickets.errors import Invalid
from tickets.fields import choice, whole_number
from tickets.models import Category, User

P = ParamSpec("P")
T = TypeVar("T")
WORDS: dict[str, Any] = {"status": Status, "priority": Level, "channel": Channel}
NONE = "none"  # in a filter: tickets without any
LONGEST_DAYS = 3660
GROUPS_AT_MOST = 3
KNOWN = {"period", "from", "to", "step", "metric", "group_by", "compare", *FIELDS}


@dataclass(frozen=True)
class Asked:
    question: Question
    filters: Filters


def read_question(
    query: QueryDict, reader: User, now: datetime, *, also: Iterable[str] = (), zone: ZoneInfo | None = None
) -> Asked:
    """Return what a query asks for; names in `also` are somebody else's. Raises Invalid with every field that needs attention.

    `period` names a preset, `from` and `to` are first and last day in the zone, the reader's unless told; `metric`, `group_by`
    and the filters may come several times; `compare=false` leaves the period before out.
    """
    errors: dict[str, list[str]] = {
        name: ["There is no such parameter."] for name in query if name not in KNOWN and name not in also
    }
    zone = zone or ZoneInfo(reader.time_zone)
    periods = _tried(errors, _periods, query, zone, now)
    step = _tried(errors, _one, query, "step", [step.value for step in Step])
    metrics = _tried(errors, _several, query, "metric", METRICS, len(METRICS))
    dimensions = _tried(errors, _several, query, "group_by", DIMENSIONS, GROUPS_AT_MOST)
    filters = _tried(errors, _filters, query)
    if errors or periods is None or filters is None:
        raise Invalid(errors)
    question = Question(
        periods[0],
        zone,
        metrics=metrics or tuple(METRICS),
        dimensions=dimensions or (),
        compared=query.get("compare", "true") != "false",
        against=periods[1],
        step=Step(step) if step else None,
    )
    return Asked(question, filters)


def _tried(errors: dict[str, list[str]], read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """Return what is read, or None with the reason among the errors."""
    try:
        return read(*args, **kwargs)
    except Invalid as error:
        errors.update(error.errors)
        return None


def analysis_for(reader: User, asked: Asked, now: datetime) -> tuple[Analysis, str]:
    """Return the answer as the reader may have it, and its ETag. Figures by technician are the reader's own unless a manager asks.

    Raises NotAllowed, and Invalid where a step makes too many points.
    """
    require(reader, "analytics.view")
    if "technician" in asked.question.dimensions or "technician" in asked.filters.accepted:
        asked = _of_people(asked, reader)
    question = asked.question

    def answer() -> Analysis:
        facts = read_facts(reader, question.span, now=now, tables=question.tables, filters=asked.filters)
        return analyse(facts, question, now)

    try:
        return kept(reader, f"analytics {asked}", now, answer)
    except ValueError as error:
        raise Invalid({"step": [str(error)]}) from None


def outlook_for(reader: User, asked: Asked, now: datetime) -> tuple[Outlook, str]:
    """Return what to expect of the tickets asked about, what was unusual in the period, and the ETag. Raises NotAllowed."""
    require(reader, "analytics.view")
    if "technician" in asked.filters.accepted:
        asked = _of_people(asked, reader)
    question, filters = asked.question, asked.filters

    def answer() -> Outlook:
        since = midnight(first_day(now, question.zone), question.zone)
        created = read_creations(reader, since, now=now, filters=filters)
        return outlook(created, now, question.zone, question.period.start.astimezone(question.zone).date())

    return kept(reader, f"outlook {question.period} {question.zone} {filters}", now, answer)


def _of_people(asked: Asked, reader: User) -> Asked:
    """Return the question as far as its reader may ask about people. Raises NotAllowed."""
    if can(reader, "analytics.people"):
        return asked
    wanted = asked.filters.accepted.get("technician", (reader.pk,))
    for pk in wanted:
        require(reader, "sla.performance", User(pk=pk))
    return replace(asked, filters=Filters({**asked.filters.accepted, "technician": wanted}))


def _periods(query: QueryDict, zone: ZoneInfo, now: datetime) -> tuple[Period, Period | None]:
    if not query.get("from") and not query.get("to"):
        return PRESETS[_one(query, "period", PRESETS) or DEFAULT].periods(now, zone)
    days = {name: _day(query, name) for name in ("from", "to")}
    first, last = days["from"], days["to"] or now.astimezone(zone).date()
    if first is None:
        raise Invalid({"from": ["Name the first day, too."]})
    if first > last:
        raise Invalid({"from": ["A period begins before it ends."]})
    if (last - first).days > LONGEST_DAYS:
        raise Invalid({"from": ["A period lasts ten years at most."]})
    return Period.of_days(first, last, zone), None


def _day(query: QueryDict, name: str) -> date | None:
    given = query.get(name, "")
    try:
        found = parse_date(given)
    except ValueError:
        found = None
    if given and (found is None or not 1970 <= found.year <= 2199):
        raise Invalid({name: ["Write a day like 2026-03-01."]})
    return found


def _one(query: QueryDict, name: str, known: Iterable[str]) -> str:
    given = query.get(name, "")
    if given and given not in known:
        raise Invalid({name: [f"Choose one of {', '.join(known)}."]})
    return given


def _several(query: QueryDict, name: str, known: Iterable[str], at_most: int) -> tuple[str, ...]:
    given = tuple(dict.fromkeys(part for value in query.getlist(name) for part in value.split(",") if part))
    if not set(given) <= set(known) or len(given) > at_most:
        raise Invalid({name: [f"Choose up to {at_most} of {', '.join(known)}."]})
    return given


def _filters(query: QueryDict) -> Filters:
    accepted: dict[str, tuple[Any, ...]] = {}
    for name in FIELDS:
        given = [value for value in query.getlist(name) if value]
        if given:
            accepted[name] = tuple(dict.fromkeys(found for value in given for found in _accepted(name, value)))
    return Filters(accepted)


def _accepted(name: str, value: str) -> Iterable[Any]:
    """Return what a filter's value lets through; a category stands for everything below it, too."""
    if name in WORDS:
        try:
            return [choice(value, WORDS[name])]
        except ValueError as error:
            raise Invalid({name: [str(error)]}) from None
    if value == NONE:
        return [NOBODY]
    pk = whole_number(value, name)
    return Category.objects.subtree_ids(pk) if name == "category" else [pk]
