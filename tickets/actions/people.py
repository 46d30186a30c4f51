"""Joining the desk, and what people say about themselves. Roles and access are in `access`, invitations in `invitations`."""

from collections.abc import Callable, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tickets import fields
from tickets.choices import Role, Theme, TicketScope
from tickets.errors import Invalid, NotAllowed
from tickets.models import Organization, OrganizationDomain, User
from tickets.permissions import Actor, System, require

OWN_FIELDS = frozenset({"name", "username", "time_zone", "theme", "signature"})
MANAGED_FIELDS = OWN_FIELDS | {"email", "organization", "ticket_scope"}


def _email(value: Any) -> str:
    address = fields.text(value, 254, required=True).strip().lower()
    validate_email(address)
    return address


def _organization(value: Any) -> Organization | None:
    try:
        return fields.reference(value, Organization.objects.all(), by_name="name")
    except LookupError:
        raise ValueError("There is no such organization.") from None


def _username(value: Any) -> str:
    name = fields.text(value, 150, required=True).strip()
    if "@" in name:
        raise ValueError("Leave out the @, so that nobody takes it for an address.")
    User._meta.get_field("username").run_validators(name)
    return name


def _time_zone(value: Any) -> str:
    name = fields.text(value, 64)
    User._meta.get_field("time_zone").run_validators(name)
    return name


CLEANERS: dict[str, Callable[[Any], Any]] = {
    "name": lambda value: " ".join(fields.text(value, 150).split()),
    "username": _username,
    "email": _email,
    "time_zone": _time_zone,
    "theme": lambda value: fields.choice(value, Theme),
    "signature": lambda value: fields.text(value, 2_000),
    "organization": _organization,
    "ticket_scope": lambda value: fields.choice(value, TicketScope),
}


def clean_person(raw: Mapping[str, Any], *, person: User | None = None) -> dict[str, Any]:
    """Return the cleaned values of the given fields of a (new) person. Raises Invalid with every field that needs attention."""
    cleaned: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for field, value in raw.items():
        if field not in CLEANERS:
            errors[field] = ["There is no such field, or it cannot be set."]
            continue
        try:
            cleaned[field] = CLEANERS[field](value)
        except ValidationError as error:
            errors[field] = error.messages
        except ValueError as error:
            errors[field] = [str(error)]
    others = User.objects.exclude(pk=person.pk) if person else User.objects.all()
    for field, message in (("email", "Somebody else has this address."), ("username", "This name is taken.")):
        if field in cleaned and others.filter(**{f"{field}__iexact": cleaned[field]}).exists():
            errors[field] = [message]
    if errors:
        raise Invalid(errors)
    return cleaned


def check_password(password: Any, person: User) -> None:
    """Raise Invalid for a password that is too weak."""
    try:
        validate_password(fields.text(password, 4_096, required=True), person)
    except ValidationError as error:
        raise Invalid({"password": error.messages}) from None
    except ValueError as error:
        raise Invalid({"password": [str(error)]}) from None


def register_user(*, email: Any, password: Any, name: Any = "", username: Any = "") -> User:
    """Sign somebody up as a requester; the address is confirmed at the first sign-in. Raises NotAllowed, Invalid."""
    if not settings.REGISTRATION_OPEN:
        raise NotAllowed("Nobody can sign up here. Ask the support team for an invitation.", code="registration_closed")
    given = {"email": email, "name": name} | ({"username": username} if username else {})
    with transaction.atomic():
        values = clean_person(given)
        check_password(password, User(**values))
        return User.objects.create_user(**values, password=password)


def add_person(*, by: Actor, role: str = Role.REQUESTER, password: str | None = None, **raw: Any) -> User:
    """Add a person whose address `by` vouches for; without a password they set one by "forgot password".

    Takes the fields of `MANAGED_FIELDS`; only `email` is needed. Raises NotAllowed, Invalid.
    """
    try:
        role = fields.choice(role, Role)
    except ValueError as error:
        raise Invalid({"role": [str(error)]}) from None
    require(by, "people.manage", Role(role))
    given = {field: value for field, value in raw.items() if not (field == "username" and not value)}
    with transaction.atomic():
        values = clean_person({"email": "", **given})
        if password:
            check_password(password, User(**values))
        return User.objects.create_user(
            **values, role=role, password=password, email_confirmed=True, signed_by=signer(by)
        )


def update_profile(*, user: User, by: Actor, changes: Mapping[str, Any]) -> User:
    """Change what is known about a person: the own name, username, time zone, theme, signature; of people whom `by`
    manages also e-mail, organization and ticket scope. Raises NotAllowed, Invalid.
    """
    require(by, "people.profile", user)
    foreign = [field for field in changes if field in MANAGED_FIELDS - OWN_FIELDS]
    if foreign:
        require(by, "people.manage", user)
    with transaction.atomic():
        user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        values = clean_person(changes, person=user)
        changed = [field for field, value in values.items() if getattr(user, field) != value]
        for field in changed:
            setattr(user, field, values[field])
        if changed:
            user._history_user = signer(by)
            user.save(update_fields=changed)
        if "email" in changed:
            EmailAddress.objects.filter(user=user).delete()
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def join_organization_by_confirmed_domain(*, user: User) -> Organization | None:
    """Put a requester without an organization into the one that owns the domain of a confirmed address; returns it."""
    if user.organization_id or user.role != Role.REQUESTER:
        return None
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    domains = {address.rpartition("@")[2].lower() for address in confirmed}
    found = OrganizationDomain.objects.filter(domain__in=domains, organization__is_active=True)
    match = found.select_related("organization").first()
    if match is None:
        return None
    user.organization = match.organization
    user.save(update_fields=["organization"])
    return match.organization


def signer(by: Actor) -> User | None:
    """Return whom the audit trail names."""
    return None if isinstance(by, System) else by
