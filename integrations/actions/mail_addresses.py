"""The addresses of mailboxes, and what a ticket that came to one begins with."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from integrations.mail.mailboxes import PROVIDER
from integrations.models import Connection, MailAddress
from integrations.permissions import Actor, require
from tickets.actions.desk import save_row
from tickets.choices import Level
from tickets.errors import Conflict
from tickets.fields import Cleaner, choice, clean_with, reference, text
from tickets.models import Category, Organization, Team


def _address(value: Any, _by: Actor) -> str:
    address = text(value, 254, required=True).strip()
    try:
        validate_email(address)
    except ValidationError:
        raise ValueError("Write an address like help@example.com.") from None
    return address


ADDRESS: dict[str, Cleaner] = {
    "address": _address,
    "organization": lambda value, _: reference(value, Organization.objects.all(), by_name="name"),
    "team": lambda value, _: reference(value, Team.objects.all(), by_name="name"),
    "category": lambda value, _: reference(value, Category.objects.all(), by_name="name"),
    "priority": lambda value, _: choice(value, Level) if value else "",
}


@transaction.atomic
def save_address(
    *, by: Actor, mailbox: Connection, fields: Mapping[str, Any], address: MailAddress | None = None
) -> MailAddress:
    """Give a mailbox an address, or change one; it holds for letters from now on. Raises Invalid, Conflict, NotAllowed."""
    require(by, "integration.manage")
    if mailbox.provider != PROVIDER:
        raise Conflict(f"{mailbox} is no mailbox. Choose a connection of the kind E-mail.", code="no_mailbox")
    values = clean_with(ADDRESS, fields, by=by)
    row = MailAddress.objects.get(pk=address.pk) if address else MailAddress(connection=mailbox)
    return save_row(row, by, values, "address")


@transaction.atomic
def remove_address(*, by: Actor, address: MailAddress) -> None:
    """Forget an address; letters that come to it begin as the connection says. Raises NotAllowed."""
    require(by, "integration.manage")
    address.delete()
