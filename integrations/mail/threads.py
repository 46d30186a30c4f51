"""Which ticket a letter is about, and whether its sender may speak there."""

from dataclasses import dataclass

from integrations.choices import MailDirection
from integrations.mail import tokens
from integrations.mail.letter import Letter
from integrations.models import MailMessage
from integrations.permissions import can
from tickets.models import Ticket, User


@dataclass(frozen=True)
class Thread:
    """`is_proven`: the letter holds what only somebody can know who got our mail at the sender's address."""

    ticket: Ticket
    is_proven: bool = False
    is_named_only: bool = False


def thread_of(letter: Letter) -> Thread | None:
    """Return the ticket by the signed reply address, else by the mails it continues, else by `[T-12]` in its subject."""
    sender = letter.sender.address
    signed = _ticket(tokens.ticket_of_reply(letter.recipients, sender))
    if signed:
        return Thread(signed, is_proven=True)
    known = MailMessage.objects.filter(message_id__in=letter.references).select_related("ticket").order_by("-pk")
    rows = sorted(known, key=lambda row: letter.references.index(row.message_id), reverse=True)
    if rows:
        proven = any(row.direction == MailDirection.OUT and row.address == sender for row in rows)
        return Thread(_standing(rows[0].ticket), is_proven=proven)
    referred = _ticket(tokens.ticket_of_thread(letter.references))
    if referred:
        return Thread(referred)
    named = _ticket(tokens.ticket_in_subject(letter.subject))
    return Thread(named, is_named_only=True) if named else None


def _ticket(pk: int | None) -> Ticket | None:
    found = Ticket.objects.filter(pk=pk).first() if pk is not None and pk < 2**63 else None
    return _standing(found) if found else None


def _standing(ticket: Ticket) -> Ticket:
    """Return the ticket that shows the conversation of a merged one."""
    seen = {ticket.pk}
    while ticket.merged_into is not None and ticket.merged_into_id not in seen:
        ticket = ticket.merged_into
        seen.add(ticket.pk)
    return ticket


def why_not(thread: Thread, account: User | None, *, is_authentic: bool | None) -> str:
    """Return why a letter does not become a reply on the ticket, as a sentence for the desk; empty where it does.

    Staff speak for the desk, so their letters need a proof: of our mail server, or by the mail that they answer.
    """
    ticket = thread.ticket
    if account is None or not account.is_active or not can(account, "ticket.comment", ticket):
        return f"The sender does not take part in {ticket.reference}, which the letter continues."
    if ticket.requester_id == account.pk:
        return ""
    if account.is_support_staff and (is_authentic is False or not (is_authentic or thread.is_proven)):
        return f"The letter continues {ticket.reference} under a colleague's address, and nothing proves that it is theirs."
    if thread.is_named_only and not _takes_part(account, ticket):
        return f"The subject names {ticket.reference}, in which the sender does not take part."
    return ""


def _takes_part(account: User, ticket: Ticket) -> bool:
    if ticket.assignee_id == account.pk or ticket.watchers.filter(pk=account.pk).exists():
        return True
    return ticket.comments.filter(author=account).exists()
