"""Outgoing mail as durable work: what Django's mail functions send is stored, and a worker hands it to the real transport."""

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import Message
from email.utils import make_msgid, parseaddr
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage, MIMEMixin

from tickets import work
from tickets.models import OutgoingMail

REFUSED_FOR_GOOD = 500  # from here on a mail server means: do not try again


class StoredMailBackend(BaseEmailBackend):
    """A mail backend that writes a row; sending happens after commit and is retried.

    A retry carries the same Message-ID, so that a mailbox can tell that it has the message already.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            # Made here, because Django's own would look up this machine's name on the network.
            domain = parseaddr(message.from_email)[1].partition("@")[2] or "localhost"
            message.extra_headers.setdefault("Message-ID", make_msgid(domain=domain))
            work.enqueue(
                OutgoingMail(
                    recipients=message.recipients(),
                    sender=message.from_email,
                    subject=" ".join(str(message.subject).split())[:998],
                    message=message.message().as_bytes(),
                    message_id=str(message.extra_headers["Message-ID"])[:250],
                )
            )
        return len(email_messages)


class Wire(MIMEMixin, Message):  # type: ignore[misc]  # as Django's own messages are put together
    """A parsed message that can be written with the line ends a transport asks for."""


class WireMessage(EmailMessage):
    """A stored message, sent as the bytes it was stored as."""

    def __init__(self, mail: OutgoingMail) -> None:
        super().__init__(subject=mail.subject, from_email=mail.sender, to=mail.recipients)
        self.wire = bytes(mail.message)

    def message(self) -> Wire:  # type: ignore[override]  # transports only write it out
        return message_from_bytes(self.wire, _class=Wire)


def _rebuilt(mail: OutgoingMail) -> EmailMultiAlternatives:
    """Return a stored message in its pieces, for the senders that take no message as a whole."""
    wire = message_from_bytes(bytes(mail.message), policy=policy.default)
    text, html = wire.get_body(("plain",)), wire.get_body(("html",))
    own = {"subject", "from", "to", "cc", "reply-to", "mime-version", "content-type", "content-transfer-encoding"}
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=text.get_content() if text else "",
        from_email=mail.sender,
        to=mail.recipients,
        reply_to=[str(wire["Reply-To"])] if wire["Reply-To"] else None,
        headers={name: str(value) for name, value in wire.items() if name.lower() not in own},
    )
    if html:
        message.attach_alternative(html.get_content(), "text/html")
    for part in wire.iter_attachments():
        message.attach(part.get_filename(), part.get_payload(decode=True), part.get_content_type())
    return message


@work.handles(OutgoingMail)
def send(mail: OutgoingMail) -> None:
    """Hand one mail to the transport, then erase its body. Raises PermanentError where no address will ever take it."""
    try:
        hosted = settings.MAIL_TRANSPORT.startswith("anymail.")
        message = _rebuilt(mail) if hosted else WireMessage(mail)
        get_connection(settings.MAIL_TRANSPORT).send_messages([message])
    except SMTPRecipientsRefused as error:
        if all(code >= REFUSED_FOR_GOOD for code, _ in error.recipients.values()):
            raise work.PermanentError(str(error)) from error
        raise
    OutgoingMail.objects.filter(pk=mail.pk).update(message=b"", sent_as=_known_as(message))


def _known_as(message: EmailMessage) -> str:
    """Return the id that a hosted sender gave the mail and will name it by, empty where it gave none for all of its recipients."""
    status = getattr(message, "anymail_status", None)
    return status.message_id[:250] if status and isinstance(status.message_id, str) else ""
