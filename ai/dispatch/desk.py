"""The desk as dispatch sees it: reads what plans are made of, a fixed number of queries whatever the size of the desk."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet

from ai.dispatch.capacity import DAYS, Day, week_ahead
from ai.dispatch.facts import Waiting
from ai.dispatch.people import LATELY, workers
from tickets.choices import Level
from tickets.models import Category, Ticket, TimeEntry, User
from tickets.models.ticket import UNRESOLVED

WEEKS = 8
USUAL_MINUTES = 45.0  # for a ticket, while nobody has booked time
RANK = {level: rank for rank, level in enumerate(Level.values)}
RISK = {Level.LOW: 0.05, Level.MEDIUM: 0.25, Level.HIGH: 0.6, Level.CRITICAL: 1.0}  # where no forecast tells
FRESH = timedelta(minutes=30)  # forecasts are made anew every ten
FORESEEN = ("risk_forecast__probability", "risk_forecast__made_at")
COLUMNS = ("pk", "priority", "risk", "due_at", "team_id", "organization_id", "category_id", *FORESEEN)


def waiting_tickets(rows: QuerySet[Ticket], limit: int, now: datetime) -> list[Waiting]:
    """Return the unresolved tickets of `rows` that nobody has, the most urgent first, at most `limit`."""
    found = rows.filter(UNRESOLVED, assignee=None).order_by("-priority_rank", "due_at", "pk")
    skills = _skills_by_category()
    return [_facts(row, skills, now) for row in found.values_list(*COLUMNS)[:limit]]


def waiting_facts(ticket: Ticket, now: datetime, category: int | None = None, team: int | None = None) -> Waiting:
    """Return what dispatch knows of one ticket, whoever has it; as if of `category` and `team` where it has none."""
    row = dict(zip(COLUMNS, Ticket.objects.filter(pk=ticket.pk).values_list(*COLUMNS).get(), strict=True))
    row |= {"category_id": row["category_id"] or category, "team_id": row["team_id"] or team}
    return _facts(tuple(row.values()), _skills_by_category(), now)


def facts_of_text(priority: str | None, category: int | None, team: int | None) -> Waiting:
    """Return the same of a ticket that nobody has written yet."""
    known = _skills_by_category().get(category, frozenset())
    return Waiting(0, RANK[Level(priority or Level.MEDIUM)], RISK[Level.LOW], team=team, skills=known)


def _facts(row: Any, skills: dict[int | None, frozenset[int]], now: datetime) -> Waiting:
    pk, priority, risk, due, team, organization, category, foreseen, made_at = row
    known = skills.get(category, frozenset())
    chance = chance_of(risk, foreseen, made_at, now)
    return Waiting(pk, RANK[priority], chance, due, team, organization, known)


def chance_of(risk: Level, foreseen: float | None, made_at: datetime | None, now: datetime) -> float:
    """Return how likely a promise is broken: a fact where one is, else a fresh forecast, else what the level stands for."""
    if risk == Level.CRITICAL or foreseen is None or made_at is None or made_at < now - FRESH:
        return RISK[risk]
    return foreseen


def arrivals_by_weekday(now: datetime) -> list[float]:
    """Return how many tickets came in on a Monday, a Tuesday, … on average over the last weeks (UTC days)."""
    since = now - timedelta(weeks=WEEKS)
    counts = [0.0] * DAYS
    days = (
        Ticket.objects.filter(created_at__gte=since, created_at__lt=now).order_by().values("created_at__iso_week_day")
    )
    for row in days.annotate(count=Count("pk")):
        counts[row["created_at__iso_week_day"] - 1] = row["count"] / WEEKS
    return counts


def hours_per_ticket(now: datetime) -> tuple[float, bool]:
    """Return the hours booked on a ticket lately, on average, and whether anybody booked any; a usual value otherwise."""
    rows = TimeEntry.objects.filter(created_at__gte=now - LATELY)
    minutes, tickets = 0, set()
    for ticket, spent in rows.values_list("ticket_id", "minutes"):
        minutes += spent
        tickets.add(ticket)
    return (minutes / len(tickets) / 60, True) if tickets else (USUAL_MINUTES / 60, False)


@dataclass(frozen=True)
class Week:
    """The week ahead as a page shows it; `is_measured` tells whether anybody booked time to reckon with."""

    days: list[Day]
    hours_per_ticket: float
    is_measured: bool


def week_for(reader: User, now: datetime) -> Week:
    """Return the capacity of the whole desk for seven days from the reader's today."""
    zone = ZoneInfo(reader.time_zone)
    hours, is_measured = hours_per_ticket(now)
    open_now = Ticket.objects.filter(UNRESOLVED).count()
    days = week_ahead(workers(now), arrivals_by_weekday(now), hours, open_now, now.astimezone(zone).date(), zone)
    return Week(days, hours, is_measured)


def _skills_by_category() -> dict[int | None, frozenset[int]]:
    found: dict[int | None, set[int]] = defaultdict(set)
    for category, skill in Category.skills.through.objects.values_list("category_id", "skill_id"):
        found[category].add(skill)
    return {category: frozenset(skills) for category, skills in found.items()}
