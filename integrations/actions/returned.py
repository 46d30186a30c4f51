"""Notifications whose mail arrived, or did not: then the message has failed after all, and the next place of its person is tried."""

from django.db.models import QuerySet

from integrations.actions.messages import fall_back
from integrations.choices import MailDirection, Medium, Outcome
from integrations.models import MailMessage, Message
from tickets import work
from tickets.choices import WorkState
from tickets.models import OutgoingMail

GONE = (Outcome.SENT, Outcome.DELIVERED)


def mail_came_back(mail: MailMessage, reason: str) -> None:
    """Note that a mail of ours did not arrive, on the message that it carried."""
    for message in _carried_by(mail).filter(outcome__in=GONE):
        mine = Message.objects.filter(pk=message.pk, outcome__in=GONE)
        if mine.update(outcome=Outcome.FAILED, last_error=reason[:2000]):
            fall_back(message)


def mail_arrived(mail: MailMessage) -> None:
    """Note that a mail of ours was taken by its recipient's server, on the message that it carried."""
    carried = _carried_by(mail).filter(outcome=Outcome.SENT).values("pk")
    Message.objects.filter(pk__in=carried).update(outcome=Outcome.DELIVERED)


def _carried_by(mail: MailMessage) -> QuerySet[Message]:
    rows = Message.objects.filter(medium=Medium.EMAIL, notification__key=mail.key)
    return rows.filter(notification__person__email__iexact=mail.address)


@work.settled(OutgoingMail)
def note_unsent(row: OutgoingMail) -> None:
    """Note that no server takes a mail."""
    if row.state != WorkState.QUARANTINED:
        return
    mail = MailMessage.objects.filter(message_id=row.message_id, direction=MailDirection.OUT).first()
    if mail is not None and mail.key:
        mail_came_back(mail, row.last_error)
