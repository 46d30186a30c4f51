"""How mail leaves: by the SMTP server of the mailbox that it comes from, else as this installation sends."""

from collections.abc import Sequence
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from integrations import health
from integrations.errors import SignInRefused, Unreachable
from integrations.mail.mailboxes import sending_mailbox
from integrations.models import Connection
from integrations.opened import opened


class MailboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            mailbox = sending_mailbox(parseaddr(message.from_email)[1])
            if mailbox is None:
                get_connection(settings.MAIL_OTHERWISE).send_messages([message])
            else:
                _submit(mailbox, message)
        return len(email_messages)


def _submit(mailbox: Connection, message: EmailMessage) -> None:
    """Raises RemoteError, SMTPException. A sign-in that is refused is no fault of the mail, which is tried again for a while."""
    try:
        with opened(mailbox) as provider:
            provider.submit(message)
    except SignInRefused as error:
        health.note_trouble(mailbox, error)
        raise Unreachable(str(error)) from error
