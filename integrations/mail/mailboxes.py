"""Which mailbox a ticket belongs to."""

from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings

from integrations.choices import MailDirection
from integrations.mail import tokens
from integrations.models import Connection, MailAddress, MailMessage
from tickets.models import Ticket

PROVIDER = "email"


@dataclass(frozen=True)
class Mailbox:
    """An address of ours, the connection that receives what is sent there, and whom mails come from."""

    connection: int
    address: str
    sender: str
    plus_addresses: bool

    def reply_address(self, ticket: int, recipient: str) -> str:
        """Return where an answer goes; a plain address where the mail server knows no plus addresses."""
        return tokens.reply_address(self.address, ticket, recipient) if self.plus_addresses else self.address


def mailbox_of(ticket: Ticket) -> Mailbox | None:
    """Return the mailbox that the ticket came through, else the one of DEFAULT_FROM_EMAIL; None where nothing receives mail.

    Where DEFAULT_FROM_EMAIL is no mailbox, mails still come from there, and answers go to the first mailbox.
    """
    usable = MailAddress.objects.filter(connection__provider=PROVIDER, connection__is_enabled=True)
    usable = usable.select_related("connection")
    came = MailMessage.objects.filter(ticket=ticket, direction=MailDirection.IN).exclude(ours="").order_by("pk")
    first = came.values_list("ours", flat=True).first()
    found = usable.filter(address__iexact=first).first() if first else None
    if found is not None:
        return _mailbox(found, "")
    default = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    found = usable.filter(address__iexact=default).first() or usable.first()
    return _mailbox(found, settings.DEFAULT_FROM_EMAIL) if found else None


def sending_mailbox(address: str) -> Connection | None:
    """Return the connection that sends what comes from an address of ours by a server of its own; None where none does."""
    rows = MailAddress.objects.filter(connection__is_enabled=True, address__iexact=address).select_related("connection")
    found = rows.first()
    return found.connection if found and found.connection.settings.get("smtp_host") else None


def _mailbox(row: MailAddress, sender: str) -> Mailbox:
    told = row.connection.settings
    named = formataddr((told.get("sender_name") or row.connection.name, row.address))
    return Mailbox(row.connection_id, row.address, sender or named, bool(told.get("plus_addresses", True)))
