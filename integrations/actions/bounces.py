"""Mail of ours that came back: noted where it was written down, and its address left alone where it is dead."""

from django.db import transaction
from django.utils import timezone

from integrations.actions.returned import mail_came_back
from integrations.choices import MailDirection
from integrations.mail.letter import Bounce
from integrations.models import DeadAddress, MailMessage
from integrations.permissions import Actor, System, require
from tickets.actions.conversation import add_comment
from tickets.choices import Channel
from tickets.models import Ticket


def note_bounce(bounce: Bounce) -> MailMessage | None:
    """Note that a mail of ours came back; returns its row, None where there is none. The first time its ticket is told.

    A bounce is believed for a mail that it names by a Message-ID, which only its recipient and the servers on the way can know.
    """
    if not bounce.message_id or not bounce.is_final:
        return None
    with transaction.atomic():
        mails = MailMessage.objects.select_for_update(of=("self",)).filter(direction=MailDirection.OUT)
        row = mails.filter(message_id=bounce.message_id).first()
        if row is None:
            return None
        was_known = row.bounced_at is not None
        row.bounced_at, row.bounce = row.bounced_at or timezone.now(), bounce.status[:500] or "not delivered"
        row.save(update_fields=["bounced_at", "bounce"])
        if bounce.is_hard and bounce.address in ("", row.address):
            refuse_mail(row.address, row.bounce)
        if not was_known:
            _tell(row.ticket, f"Mail to {row.address} came back: {row.bounce}.")
            mail_came_back(row, row.bounce)
    return row


@transaction.atomic
def refuse_mail(address: str, detail: str, *, ticket: Ticket | None = None) -> None:
    """Have nothing more sent to an address, which the ticket is told the first time."""
    _, is_new = DeadAddress.objects.get_or_create(address=address, defaults={"detail": detail[:500]})
    if is_new and ticket is not None:
        _tell(ticket, f"{address} {detail}. Nothing is sent there any more.")


def _tell(ticket: Ticket, body: str) -> None:
    add_comment(ticket=ticket, by=System("E-mail"), via=Channel.EMAIL, body=body, internal=True, automatic=True)


def clear_address(*, address: DeadAddress, by: Actor) -> None:
    """Send mail to an address again. Raises NotAllowed."""
    require(by, "integration.manage")
    address.delete()
