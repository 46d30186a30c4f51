"""Notifications whose mail did not arrive: the message has failed after all, and the next place of its person is tried."""

from email import message_from_bytes

from integrations.actions.messages import fall_back
from integrations.choices import MailDirection, Medium, Outcome
from integrations.models import MailMessage, Message
from tickets import work
from tickets.choices import WorkState
from tickets.models import OutgoingMail


def mail_came_back(mail: MailMessage, reason: str) -> None:
    """Note that a mail of ours did not arrive, on the message that it carried."""
    sent = Message.objects.filter(medium=Medium.EMAIL, outcome=Outcome.SENT, notification__key=mail.key)
    for message in sent.filter(notification__person__email__iexact=mail.address):
        if Message.objects.filter(pk=message.pk, outcome=Outcome.SENT).update(
            outcome=Outcome.FAILED, last_error=reason[:2000]
        ):
            fall_back(message)


@work.settled(OutgoingMail)
def note_unsent(row: OutgoingMail) -> None:
    """Note that no server takes a mail."""
    if row.state != WorkState.QUARANTINED:
        return
    message_id = message_from_bytes(bytes(row.message))["Message-ID"] or ""
    mail = MailMessage.objects.filter(message_id=message_id, direction=MailDirection.OUT).first()
    if mail is not None and mail.key:
        mail_came_back(mail, row.last_error)
