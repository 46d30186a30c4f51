"""Outgoing mail as durable work: what Django's mail functions send is stored, and a worker hands it to the real transport."""

from collections.abc import Sequence
from email import message_from_bytes, policy
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from tickets import work
from tickets.models import OutgoingMail


class StoredMailBackend(BaseEmailBackend):
    """A mail backend that writes a row; sending happens after commit and is retried."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            work.enqueue(
                OutgoingMail(
                    recipients=message.recipients(),
                    sender=message.from_email,
                    subject=str(message.subject),
                    message=message.message().as_bytes(),
                )
            )
        return len(email_messages)


class WireMessage(EmailMessage):
    """A stored message, sent as the bytes it was stored as."""

    def __init__(self, mail: OutgoingMail) -> None:
        super().__init__(subject=mail.subject, from_email=mail.sender, to=mail.recipients)
        self.wire = bytes(mail.message)

    def message(self, **_: Any) -> Any:
        return message_from_bytes(self.wire, policy=policy.SMTP)


@work.handles(OutgoingMail)
def send(mail: OutgoingMail) -> None:
    """Hand one mail to the transport, then erase its body."""
    get_connection(settings.MAIL_TRANSPORT).send_messages([WireMessage(mail)])
    OutgoingMail.objects.filter(pk=mail.pk).update(message=b"")
