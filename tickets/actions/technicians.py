"""What is known about technicians: teams, load limit, skills, and when they work."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_time

from tickets.actions.desk import list_of
from tickets.errors import Conflict, Invalid
from tickets.fields import Cleaner, clean_with, day, reference, text
from tickets.models import Availability, Skill, Team, Technician, TechnicianSkill, TimeOff, User
from tickets.permissions import Actor, require


def _object(value: Any, *members: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or set(value) - set(members):
        raise ValueError(f"Give objects of {', '.join(members)}.")
    return value


def _between(value: Any, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"Write a whole number from {least} to {most}.")
    return value


def _clock(value: Any) -> time:
    try:
        parsed = parse_time(value) if isinstance(value, str) else None
    except ValueError:
        parsed = None
    if parsed is None or parsed.tzinfo:
        raise ValueError("Write a time like 09:00.")
    return parsed


def _skill(value: Any) -> dict[str, Any]:
    given = _object(value, "skill", "proficiency", "certifications")
    return {
        "skill": " ".join(text(given.get("skill"), 100, required=True).split()),
        "proficiency": _between(given.get("proficiency", 5), 1, 10),
        "certifications": list_of(given.get("certifications", []), lambda v: text(v, 200, required=True)),
    }


def _window(value: Any) -> dict[str, Any]:
    given = _object(value, "weekday", "starts", "ends")
    window: dict[str, Any] = {
        "weekday": _between(given.get("weekday"), 0, 6),
        "starts": _clock(given.get("starts")),
        "ends": _clock(given.get("ends")),
    }
    if window["ends"] <= window["starts"]:
        raise ValueError("A window ends after it starts, on the same day.")
    return window


def _days_off(value: Any) -> dict[str, Any]:
    given = _object(value, "first_day", "last_day", "reason")
    days = {"first_day": day(given.get("first_day")), "last_day": day(given.get("last_day"))}
    if days["last_day"] < days["first_day"]:
        raise ValueError("The last day is not before the first.")
    return {**days, "reason": text(given.get("reason", ""), 100)}


TECHNICIAN: dict[str, Cleaner] = {
    "max_load": lambda value, _: _between(value, 1, 1_000),
    "teams": lambda value, _: list_of(
        value, lambda pk: reference(pk, Team.objects.filter(is_active=True), by_name="name")
    ),
    "skills": lambda value, _: list_of(value, _skill),
    "availability": lambda value, _: list_of(value, _window),
    "time_off": lambda value, _: list_of(value, _days_off),
}


def add_technician(*, by: Actor, user: User, fields: Mapping[str, Any]) -> Technician:
    """Make somebody of the support staff a technician who is given tickets. Raises NotAllowed, Invalid, Conflict."""
    require(by, "people.manage")
    if not user.is_support_staff or not user.is_active:
        raise Invalid({"user": ["Choose an active technician, manager or admin."]})
    with transaction.atomic():
        technician, made = Technician.objects.get_or_create(user=user)
        if not made:
            raise Conflict("This user is a technician already.", code="already_technician")
        return change_technician(by=by, technician=technician, fields=fields)


def change_technician(*, by: Actor, technician: Technician, fields: Mapping[str, Any]) -> Technician:
    """Change load limit and teams, or replace skills, weekly availability or time off as a whole. Raises NotAllowed, Invalid."""
    require(by, "people.manage")
    values = clean_with(TECHNICIAN, fields, by=by)
    with transaction.atomic():
        technician = Technician.objects.select_for_update(of=("self",)).select_related("user").get(pk=technician.pk)
        if "max_load" in values:
            technician.max_load = values["max_load"]
            technician.save(update_fields=["max_load"])
        if "teams" in values:
            technician.teams.set([team for team in values["teams"] if team])
        if "skills" in values:
            _set_skills(technician, values["skills"])
        _replace(technician, Availability, values.get("availability"))
        _replace(technician, TimeOff, values.get("time_off"))
    return technician


def _set_skills(technician: Technician, skills: list[dict[str, Any]]) -> None:
    technician.skills.all().delete()
    for wish in {skill["skill"].lower(): skill for skill in skills}.values():
        skill = Skill.objects.filter(name__iexact=wish["skill"]).first() or Skill.objects.create(name=wish["skill"])
        TechnicianSkill.objects.create(technician=technician, **{**wish, "skill": skill})


def _replace(
    technician: Technician, model: type[Availability] | type[TimeOff], rows: list[dict[str, Any]] | None
) -> None:
    if rows is None:
        return
    model.objects.filter(technician=technician).delete()
    for row in rows:
        model.objects.create(technician=technician, **row)
