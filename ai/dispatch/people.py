"""The people of the desk as dispatch sees them: a fixed number of queries for plain values, since a triage may take 20 ms only."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from ai.dispatch.capacity import DAYS
from ai.dispatch.facts import Shift, Worker
from tickets.models import Technician, TechnicianSkill, Ticket, User
from tickets.models.technician import Availability, TimeOff
from tickets.models.ticket import UNRESOLVED
from tickets.shifts import Days, Window, moments

LATELY = timedelta(days=90)
PERSON = ("pk", "user_id", "max_load", "user__time_zone")


def workers(now: datetime, organizations: Iterable[int | None] = ()) -> list[Worker]:
    """Return everybody who handles tickets; what they know of customers is told for `organizations` only."""
    people = list(Technician.objects.filter(user__is_active=True).order_by("user__name", "pk").values_list(*PERSON))
    load = dict(_by_assignee(UNRESOLVED).annotate(count=Count("pk")).values_list("assignee", "count"))
    teams = _grouped(Technician.teams.through.objects.values_list("technician_id", "team_id"))
    skills = _grouped(TechnicianSkill.objects.values_list("technician_id", "skill_id", "proficiency"))
    hours = _grouped(Availability.objects.values_list("technician_id", "weekday", "starts", "ends"))
    off = _grouped(
        TimeOff.objects.filter(last_day__gte=now - timedelta(days=2)).values_list(
            "technician_id", "first_day", "last_day"
        )
    )
    known = _resolved_for({pk for pk in organizations if pk}, now)
    shifts = lru_cache(None)(shifts_of)  # many work the same hours
    return [
        Worker(
            pk=user,
            load=load.get(user, 0),
            max_load=max_load,
            teams=frozenset(team for (team,) in teams[pk]),
            skills=dict(skills[pk]),
            known=known[user],
            shifts=shifts(tuple(hours[pk]), tuple(off[pk]), zone, now),
        )
        for pk, user, max_load, zone in people
    ]


def shifts_of(windows: tuple[Window, ...], off: tuple[Days, ...], zone: str, now: datetime) -> tuple[Shift, ...]:
    """Return the shifts of the week to come that have not ended, in UTC; always at work where no hours are entered."""
    until = now + timedelta(days=DAYS)
    if not windows:
        return ((now, until),)
    local = ZoneInfo(zone)
    first, last = now.astimezone(local).date(), until.astimezone(local).date()
    return tuple(shift for shift in moments(windows, off, local, first, last) if shift[1] > now)


def names_of(people: Iterable[int]) -> dict[int, str]:
    """Return the names of people by id."""
    return {user.pk: user.display_name for user in User.objects.filter(pk__in=set(people))}


def _by_assignee(condition: Q) -> Any:
    return Ticket.objects.filter(condition & ~Q(assignee=None)).order_by().values("assignee")


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[Any]]:
    """Return the rest of each row by its first value."""
    found: dict[int, list[Any]] = defaultdict(list)
    for first, *rest in rows:
        found[first].append(tuple(rest))
    return found


def _resolved_for(organizations: set[int], now: datetime) -> dict[int, dict[int, int]]:
    """Return person → organization → tickets resolved lately."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    lately = Q(resolved_at__gte=now - LATELY, organization__in=organizations)
    rows = _by_assignee(lately).values_list("assignee", "organization").annotate(count=Count("pk"))
    for person, organization, count in rows if organizations else ():
        found[person][organization] = count
    return found
