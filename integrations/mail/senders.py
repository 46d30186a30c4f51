"""Who writes: the people behind addresses, and who of them may open tickets."""

from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from integrations.mail.letter import Person
from tickets.choices import Role
from tickets.models import OrganizationDomain, User

EVERYBODY, KNOWN_DOMAINS = "everybody", "known domains"


def account_of(address: str) -> User | None:
    """Return whose address this is: who confirmed it, else whose account has it."""
    if not address:
        return None
    confirmed = EmailAddress.objects.filter(email=address, verified=True).values("user")
    known: User | None = User.objects.filter(pk__in=confirmed).first() or User.objects.filter(email=address).first()
    return known


def domain_owner(address: str) -> OrganizationDomain | None:
    """Return the row of the organization that the address's domain belongs to."""
    rows = OrganizationDomain.objects.filter(organization__is_active=True).select_related("organization")
    return rows.filter(domain=address.rpartition("@")[2]).first()


def may_open(settings: Mapping[str, Any], account: User | None, address: str) -> bool:
    """Return whether the mailbox lets this address open tickets."""
    opens = settings.get("opens", EVERYBODY)
    if opens == EVERYBODY or (account is not None and is_confirmed(account, address)):
        return True
    return bool(opens == KNOWN_DOMAINS and domain_owner(address))


def is_confirmed(account: User, address: str) -> bool:
    """Return whether the account may be used, and its owner has shown that the address is theirs."""
    confirmed = EmailAddress.objects.filter(user=account, email=address, verified=True)
    return account.is_active and bool(confirmed.exists())


def new_requester(person: Person) -> User | None:
    """Return a new requester who cannot sign in before they choose a password; None for what is no address."""
    try:
        validate_email(person.address)
    except ValidationError:
        return None
    owner = domain_owner(person.address)
    made: User = User.objects.create_user(
        person.address, name=person.name, role=Role.REQUESTER, organization=owner.organization if owner else None
    )
    return made
