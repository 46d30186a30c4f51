"""How the desk is set up: organizations and teams. Technicians are in `technicians`, categories and tags in `classification`."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from tickets.actions.people import signer
from tickets.choices import Tier
from tickets.errors import Invalid
from tickets.fields import Cleaner, choice, clean_with, reference, text
from tickets.models import (
    Organization,
    OrganizationDomain,
    Team,
    User,
)
from tickets.models.validators import validate_time_zone
from tickets.permissions import Actor, require

M = TypeVar("M", bound=models.Model)
PARTS_AT_MOST = 100


def name(length: int) -> Cleaner:
    """Return the cleaner of a required name on one line."""
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


def list_of(value: Any, one: Callable[[Any], Any]) -> list[Any]:
    """Return the parts of a list, each cleaned by `one`. Raises ValueError."""
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


ORGANIZATION: dict[str, Cleaner] = {
    "name": name(200),
    "tier": lambda value, _: choice(value, Tier),
    "time_zone": _time_zone,
    "notes": lambda value, _: text(value, 10_000),
    "is_active": yes_or_no,
    "domains": lambda value, _: sorted(set(list_of(value, _domain))),
}
TEAM: dict[str, Cleaner] = {
    "name": name(100),
    "description": lambda value, _: text(value, 10_000),
    "lead": lambda value, _: reference(value, User.objects.support_staff()),
    "is_active": yes_or_no,
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
