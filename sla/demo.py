"""The demo desk's promises: business hours, gold round the clock, who hears of a breach, and two tickets about to be due."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from sla.actions.calendars import import_public_holidays, save_calendar
from sla.actions.clocks import backfill
from sla.actions.policies import choose_calendar, save_policy
from sla.actions.rules import save_rule
from sla.choices import PolicyKind
from sla.models import Calendar
from sla.rules import WEEKDAYS
from tickets.actions.history import Life, write_lives
from tickets.choices import Channel, Level, Status
from tickets.models import Organization, Team, Ticket, User
from tickets.permissions import System

DESK = System("Ticketsite")
WORKDAYS = WEEKDAYS[:5]
COUNTRIES = {
    "Europe/Berlin": ("Berlin", "DE", "HH"),
    "Europe/London": ("London", "GB", "ENG"),
    "America/New_York": ("New York", "US", "MA"),
    "Australia/Sydney": ("Sydney", "AU", "NSW"),
}
USUAL = "Europe/London"  # whose hours count where nobody says whose
LEVELS = ("critical", "high", "medium", "low")
GOLD = {
    "first_response": ("15 min", "30 min", "2 h", "4 h"),
    "next_response": ("30 min", "1 h", "4 h", "8 h"),
    "resolution": ("4 h", "12 h", "72 h", "168 h"),
}
STANDARD = {
    "first_response": ("30 min", "1 h", "4 h", "8 h"),
    "next_response": ("1 h", "2 h", "8 h", "16 h"),
    "resolution": ("8 h", "16 h", "40 h", "80 h"),
}
NETWORK = {"first_response": ("15 min", "30 min", "2 h", "8 h"), "resolution": ("3 h", "8 h", "24 h", "60 h")}
RULES: list[dict[str, Any]] = [
    {"name": "Breached: who has it and the team's lead", "notify_assignee": True, "notify_lead": True},
    {
        "name": "Nobody has seen it for a quarter of an hour: managers",
        "level": 2,
        "delay_minutes": 15,
        "notify_managers": True,
        "raise_priority": True,
        "tag": "escalated",
    },
]
# title, words, minutes and seconds ago: the first is soon missed, the second soon warned of (30 minutes to the first response)
ABOUT_TO_BE_DUE = [
    ("Gate scanners in Bremen show yesterday's bookings", "Lorries are queuing; the drivers have no slots.", 29, 25),
    ("Cold store alarm does not reach the phones", "The siren works, the text messages do not come.", 26, 40),
]


def make_promises(now: datetime) -> None:
    """Set calendars and policies up, and reckon the clocks of all demo tickets by their real times.

    What is about to be due is written last, by the time it is then: however long the rest took, it is seen to become due.
    """
    begun = timezone.now()
    always = save_calendar(by=DESK, fields={"name": "Round the clock", "zone": "UTC", "windows": _every("00:00-24:00")})
    offices = {zone: _office(zone, now) for zone in COUNTRIES}
    for customer in Organization.objects.filter(time_zone__in=offices):
        choose_calendar(by=DESK, organization=customer, calendar=offices[customer.time_zone])
    _policy("Gold, round the clock", GOLD, always, conditions={"tiers": ["gold"]}, position=10)
    _policy("Standard, business hours", STANDARD, offices[USUAL], is_default=True, uses_customers_calendar=True)
    conditions = {"teams": ["Network"]}
    _policy("Network team", NETWORK, offices["Europe/Berlin"], kind=PolicyKind.INTERNAL, conditions=conditions)
    for rule in RULES:
        save_rule(by=DESK, fields={"kind": PolicyKind.CUSTOMER, **rule})
    backfill(Ticket.objects.values_list("pk", flat=True), now)
    just_now = now + (timezone.now() - begun)
    backfill(_write_the_last_ones(just_now), just_now)


def _office(zone: str, now: datetime) -> Calendar:
    place, country, part = COUNTRIES[zone]
    windows = {day: ["08:00-18:00"] for day in WORKDAYS}
    named = {"name": f"Business hours, {place}", "is_default": zone == USUAL}
    made = save_calendar(by=DESK, fields={**named, "zone": zone, "windows": windows})
    years = (now.year - 1, now.year, now.year + 1)
    return import_public_holidays(by=DESK, calendar=made, country=country, subdivision=part, years=years).calendar


def _every(window: str) -> dict[str, list[str]]:
    return {day: [window] for day in WEEKDAYS}


def _policy(name: str, promised: Mapping[str, tuple[str, ...]], calendar: Calendar, **fields: Any) -> None:
    targets = {metric: dict(zip(LEVELS, times, strict=True)) for metric, times in promised.items()}
    said = {"name": name, "calendar": calendar.pk, "targets": targets, **fields}
    save_policy(by=DESK, fields=said, scope="open")


def _write_the_last_ones(now: datetime) -> list[int]:
    """Write two tickets of gold customers that nobody has answered yet, so that a breach and a warning are seen soon; return their ids."""
    customers = Organization.objects.filter(tier="gold").order_by("pk")
    team = Team.objects.filter(name="Service Desk").first()
    lives = []
    for customer, (title, words, minutes, seconds) in zip(customers, ABOUT_TO_BE_DUE, strict=False):
        requester = customer.people.order_by("pk").first()
        if requester is None or team is None:
            continue
        at = now - timedelta(minutes=minutes, seconds=seconds)
        values = {"title": title, "description": words, "status": Status.OPEN, "priority": Level.HIGH}
        people = {"requester": requester, "organization": customer}
        life = Life.begin(by=requester, via=Channel.PORTAL, at=at, values=values | people)
        worker = User.objects.support_staff().filter(technician__teams=team).order_by("pk").first()
        life.change(
            by=DESK, via=Channel.SYSTEM, at=at + timedelta(seconds=40), values={"team": team, "assignee": worker}
        )
        lives.append(life)
    write_lives(lives)
    return [life.ticket.pk for life in lives]
