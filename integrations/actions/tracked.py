"""What hosted senders tell of our mails, noted where it concerns somebody. Telling it twice changes nothing more."""

from email.utils import parseaddr

from django.db import transaction

from integrations.actions.bounces import note_bounce, refuse_mail
from integrations.actions.preferences import end_mail
from integrations.actions.returned import mail_arrived
from integrations.choices import MailDirection, MailEvent
from integrations.mail.hosted import Tracked
from integrations.mail.letter import Bounce
from integrations.models import MailMessage
from tickets.models import OutgoingMail, Ticket, User

SPAM = "reported a mail of ours as spam"
NO_MORE = "wants no more mail, and told the sender so"


def note_tracked(told: Tracked) -> bool:
    """Note what became of a mail; returns whether it was one of ours, and to that address."""
    sent = OutgoingMail.objects.filter(sent_as=told.sent_as).first()
    if sent is None or told.address not in {parseaddr(to)[1].lower() for to in sent.recipients}:
        return False
    if told.kind == MailEvent.DELIVERED:
        _delivered(sent, told)
    elif told.kind == MailEvent.BOUNCED:
        found = note_bounce(Bounce(told.address, sent.message_id, told.detail, is_hard=told.is_hard))
        if found is None and told.is_hard:
            refuse_mail(told.address, told.detail)
    elif told.kind == MailEvent.COMPLAINED:
        refuse_mail(told.address, SPAM, ticket=_ticket_of(sent))
    else:
        _unsubscribed(sent, told)
    return True


@transaction.atomic
def _delivered(sent: OutgoingMail, told: Tracked) -> None:
    rows = MailMessage.objects.filter(message_id=sent.message_id, direction=MailDirection.OUT)
    if rows.filter(delivered_at=None, bounced_at=None).update(delivered_at=told.at):
        mail_arrived(rows.get())


def _unsubscribed(sent: OutgoingMail, told: Tracked) -> None:
    """End the mail of somebody whom we know; where we do not, nothing is sent to the address."""
    person = User.objects.filter(email__iexact=told.address).first()
    if person is not None:
        end_mail(person=person, kind=None)
    else:
        refuse_mail(told.address, NO_MORE, ticket=_ticket_of(sent))


def _ticket_of(sent: OutgoingMail) -> Ticket | None:
    mail = MailMessage.objects.filter(message_id=sent.message_id).select_related("ticket").first()
    return mail.ticket if mail else None
