"""How the desk is set up: organizations, teams, and what is known about technicians."""

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.dateparse import parse_time

from tickets.actions.people import signer
from tickets.choices import Tier
from tickets.errors import Conflict, Invalid
from tickets.fields import Cleaner, choice, clean_with, day, reference, text
from tickets.models import (
    Availability,
    Organization,
    OrganizationDomain,
    Skill,
    Team,
    Technician,
    TechnicianSkill,
    TimeOff,
    User,
)
from tickets.models.validators import validate_time_zone
from tickets.permissions import Actor, require

M = TypeVar("M", bound=models.Model)
PARTS_AT_MOST = 100


def name(length: int) -> Cleaner:
    return lambda value, _: " ".join(text(value, length, required=True).split())


def yes_or_no(value: Any, _by: Actor) -> bool:
    if not isinstance(value, bool):
        raise ValueError("Choose true or false.")
    return value


def _time_zone(value: Any, _by: Actor) -> str:
    zone = text(value, 64)
    try:
        validate_time_zone(zone)
    except ValidationError as error:
        raise ValueError(error.messages[0]) from None
    return zone


def _list(value: Any, one: Callable[[Any], Any]) -> list[Any]:
    if not isinstance(value, list | tuple) or len(value) > PARTS_AT_MOST:
        raise ValueError(f"Give a list of at most {PARTS_AT_MOST}.")
    return [one(part) for part in value]


def _domain(value: Any) -> str:
    domain = text(value, 200, required=True).strip().lower()
    try:
        OrganizationDomain._meta.get_field("domain").run_validators(domain)
    except ValidationError as error:
        raise ValueError(error.messages[0]) from None
    return domain


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
        "certifications": _list(given.get("certifications", []), lambda v: text(v, 200, required=True)),
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


ORGANIZATION: dict[str, Cleaner] = {
    "name": name(200),
    "tier": lambda value, _: choice(value, Tier),
    "time_zone": _time_zone,
    "notes": lambda value, _: text(value, 10_000),
    "is_active": yes_or_no,
    "domains": lambda value, _: sorted(set(_list(value, _domain))),
}
TEAM: dict[str, Cleaner] = {
    "name": name(100),
    "description": lambda value, _: text(value, 10_000),
    "lead": lambda value, _: reference(value, User.objects.support_staff()),
    "is_active": yes_or_no,
}
TECHNICIAN: dict[str, Cleaner] = {
    "max_load": lambda value, _: _between(value, 1, 1_000),
    "teams": lambda value, _: _list(
        value, lambda pk: reference(pk, Team.objects.filter(is_active=True), by_name="name")
    ),
    "skills": lambda value, _: _list(value, _skill),
    "availability": lambda value, _: _list(value, _window),
    "time_off": lambda value, _: _list(value, _days_off),
}


def save_row(row: M, by: Actor, values: Mapping[str, Any], taken: str) -> M:
    """Set the values and save, signed for the audit trail; `taken` is the field that must be unique. Raises Invalid."""
    if not row.pk and taken not in values:
        raise Invalid({taken: ["This field is required."]})
    for field, value in values.items():
        setattr(row, field, value)
    row._history_user = signer(by)  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Invalid({taken: ["This is taken."]}) from None
    return row


def save_organization(
    *, by: Actor, fields: Mapping[str, Any], organization: Organization | None = None
) -> Organization:
    """Add an organization, or change one; `domains` replaces the mail domains. Raises NotAllowed, Invalid."""
    require(by, "people.manage")
    values = clean_with(ORGANIZATION, fields, by=by)
    domains = values.pop("domains", None)
    with transaction.atomic():
        organization = save_row(organization or Organization(), by, values, "name")
        if domains is not None:
            if OrganizationDomain.objects.filter(domain__in=domains).exclude(organization=organization).exists():
                raise Invalid({"domains": ["One of these belongs to another organization."]})
            organization.domains.exclude(domain__in=domains).delete()
            known = set(organization.domains.values_list("domain", flat=True))
            for domain in set(domains) - known:
                OrganizationDomain.objects.create(organization=organization, domain=domain)
    return organization


def save_team(*, by: Actor, fields: Mapping[str, Any], team: Team | None = None) -> Team:
    """Add a team, or change one. Raises NotAllowed, Invalid."""
    require(by, "people.manage")
    return save_row(team or Team(), by, clean_with(TEAM, fields, by=by), "name")


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
