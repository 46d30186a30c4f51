"""Mails about tickets: addressed, threaded, and remembered, so that an answer finds its way back."""

from collections.abc import Iterable
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives

from integrations.choices import MailDirection
from integrations.errors import Refused
from integrations.mail import tokens
from integrations.mail.mailboxes import Mailbox, mailbox_of
from integrations.models import DeadAddress, MailMessage
from tickets.choices import EventKind
from tickets.models import Comment, Ticket, TicketEvent, User

REFERENCES_AT_MOST = 10
OWN_MARK = "X-Ticketsite"


class AddressRefuses(Refused):
    """Mail to this address came back for good; an admin can clear it."""


def takes_mail(address: str) -> bool:
    """Return whether an address has not refused mail for good."""
    return not DeadAddress.objects.filter(address=address.lower()).exists()


def compose(
    *,
    ticket: Ticket,
    recipient: User | str,
    subject: str,
    text: str,
    html: str = "",
    key: str,
    event: TicketEvent | None = None,
    unsubscribe_url: str = "",
) -> EmailMessage:
    """Return a mail about a ticket, ready to be sent; an answer to it becomes a reply on the ticket.

    `key` names what is told, at most 200 characters: the same key to the same recipient gives the same Message-ID, however often it
    is composed. `event` is what the mail tells of. `unsubscribe_url` takes a POST without signing in (RFC 8058).
    Raises AddressRefuses, which no retry mends.
    """
    address = recipient if isinstance(recipient, str) else recipient.email
    if not takes_mail(address):
        raise AddressRefuses("Mail to this address came back. Clear it under Dead addresses once it works again.")
    mailbox = mailbox_of(ticket)
    row = _remembered(ticket, address, key, event, mailbox)
    earlier = _earlier(ticket, row)
    message = EmailMultiAlternatives(
        subject=_subject(ticket, subject),
        body=text,
        from_email=mailbox.sender if mailbox else settings.DEFAULT_FROM_EMAIL,
        to=[address if isinstance(recipient, str) else formataddr((recipient.display_name, address))],
        reply_to=[mailbox.reply_address(ticket.pk, address)] if mailbox else None,
        headers={
            "Message-ID": row.message_id,
            "In-Reply-To": earlier[-1],
            "References": " ".join(earlier),
            # RFC 3834: programs leave it unanswered; Exchange and Outlook ask for a header of their own.
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "OOF, AutoReply",
            OWN_MARK: tokens.mark_of_ours(),
            **_unsubscribing(unsubscribe_url),
        },
    )
    if html:
        message.attach_alternative(html, "text/html")
    return message


def _domain(mailbox: Mailbox | None) -> str:
    address = mailbox.address if mailbox else parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return address.rpartition("@")[2] or "localhost"


def _remembered(
    ticket: Ticket, address: str, key: str, event: TicketEvent | None, mailbox: Mailbox | None
) -> MailMessage:
    """Return the row of this mail, the same one for the same key and recipient."""
    told = event.data.get("comment_id") if event is not None and event.kind == EventKind.COMMENT_ADDED else None
    row, _ = MailMessage.objects.get_or_create(
        key=key,
        address=address.lower(),
        defaults={
            "message_id": f"<{tokens.sign('id', f'{key} {address.lower()}')}.t{ticket.pk}@{_domain(mailbox)}>",
            "ticket": ticket,
            "comment": Comment.objects.filter(pk=told).first() if told else None,
            "connection_id": mailbox.connection if mailbox else None,
            "direction": MailDirection.OUT,
            "ours": mailbox.address if mailbox else "",
        },
    )
    return row


def _earlier(ticket: Ticket, row: MailMessage) -> list[str]:
    """Return the mails that this one continues, the beginning of the thread first: those that the recipient has seen."""
    seen = MailMessage.objects.filter(ticket=ticket, address=row.address, pk__lt=row.pk).order_by("-pk")
    ids: Iterable[str] = seen.values_list("message_id", flat=True)[:REFERENCES_AT_MOST]
    domain = row.message_id.rpartition("@")[2].rstrip(">")
    return [tokens.thread_id(ticket.pk, domain), *reversed([found for found in ids if found.startswith("<")])]


def _subject(ticket: Ticket, subject: str) -> str:
    line = " ".join(subject.split())
    return line if tokens.ticket_in_subject(line) == ticket.pk else f"[{ticket.reference}] {line}"


def _unsubscribing(url: str) -> dict[str, str]:
    if not url:
        return {}
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
