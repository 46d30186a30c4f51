"""What letters become: tickets, replies, notes, files, people who follow."""

from django.core.files.base import ContentFile
from django.db import transaction

from integrations.choices import HeldBecause, MailDirection
from integrations.mail import tokens
from integrations.mail.judging import is_authentic
from integrations.mail.letter import Letter
from integrations.mail.senders import account_of, domain_owner, may_open, new_requester
from integrations.mail.threads import thread_of, why_not
from integrations.models import InboundEvent, MailAddress, MailMessage
from tickets.actions.conversation import add_comment
from tickets.actions.files import attach_file
from tickets.actions.merging import link_tickets
from tickets.actions.tickets import create_ticket, set_watching
from tickets.choices import Channel, LinkKind
from tickets.errors import DomainError
from tickets.fields import TEXT_LENGTH, TITLE_LENGTH
from tickets.models import Attachment, Comment, Ticket, User
from tickets.permissions import System

VIA = Channel.EMAIL
FILES_AT_MOST = 50
COPIES_AT_MOST = 20
NOTE = "#note"
CUT = "\n\n… (the whole text is attached)"
DESK = System("E-mail")


class Correspondence:
    """One letter of one mailbox, being taken over. `message_id` is what it is remembered under."""

    def __init__(self, event: InboundEvent, letter: Letter, message_id: str) -> None:
        self.event, self.letter, self.message_id = event, letter, message_id
        self.connection = event.connection
        self.ours = _address_of(event, letter)
        self.account = account_of(letter.sender.address)
        self.stored: list[Attachment] = []

    def take(self, *, released: bool = False) -> tuple[HeldBecause, str] | None:
        """Take the letter over; returns why that may not be. A released one is let in. Raises DomainError, and leaves nothing behind."""
        try:
            with transaction.atomic():
                return self._take(released=released)
        except BaseException:
            for attachment in self.stored:
                attachment.file.delete(save=False)
            raise

    def _take(self, *, released: bool) -> tuple[HeldBecause, str] | None:
        if self.account is not None and not self.account.is_active and not released:
            return HeldBecause.CLOSED_DOOR, "The sender's account is switched off."
        thread = thread_of(self.letter)
        authentic = is_authentic(self.letter, str(self.connection.settings.get("trusted_server", "")))
        why = why_not(thread, self.account, is_authentic=authentic) if thread else ""
        if thread and not why and self.account:
            self._reply(thread.ticket, self.account)
            return None
        if not released and not may_open(self.connection.settings, self.account, self.letter.sender.address):
            return HeldBecause.CLOSED_DOOR, "The sender is not known."
        self._open(why, thread.ticket if thread else None)
        return None

    def _reply(self, ticket: Ticket, by: User) -> None:
        body, internal = self._body(), False
        first, _, rest = body.partition("\n")
        if by.is_support_staff and first.strip().lower() == NOTE:
            body, internal = rest.strip() or "(no text)", True
        comment = add_comment(ticket=ticket, by=by, via=VIA, body=body, internal=internal)
        self._remember(ticket, comment)
        self._keep_files(ticket, by, comment)
        self._copy_in(ticket)

    def _open(self, why: str, other: Ticket | None) -> None:
        requester = self.account or new_requester(self.letter.sender) or self.connection.owner
        if not requester.is_active:
            requester = self.connection.owner
        title = self.letter.subject or "(no subject)"
        ticket = create_ticket(
            by=System(requester.display_name),
            via=VIA,
            fields={"title": title[:TITLE_LENGTH], "description": self._body(), "requester": requester}
            | self._routed(),
            at=self.event.created_at,
        )
        self._remember(ticket, None)
        self._keep_files(ticket, requester, None)
        self._copy_in(ticket)
        if why and other is not None:
            add_comment(
                ticket=ticket, by=DESK, via=VIA, body=f"{why} So it opened this ticket.", internal=True, automatic=True
            )
            link_tickets(source=other, target=ticket, kind=LinkKind.RELATED, by=DESK, via=VIA)

    def _body(self) -> str:
        text = self.letter.text or "(no text)"
        return text if len(text) <= TEXT_LENGTH else text[: TEXT_LENGTH - len(CUT)] + CUT

    def _routed(self) -> dict[str, object]:
        """Return what a ticket begins with that came to this address."""
        row = self.ours
        if row is None:
            return {}
        given = {"organization": row.organization, "team": row.team, "category": row.category, "priority": row.priority}
        return {name: value for name, value in given.items() if value}

    def _remember(self, ticket: Ticket, comment: Comment | None) -> None:
        MailMessage.objects.create(
            message_id=self.message_id,
            ticket=ticket,
            comment=comment,
            connection=self.connection,
            direction=MailDirection.IN,
            address=self.letter.sender.address[:254],
            ours=self.ours.address if self.ours else "",
            folded=self.letter.folded[:TEXT_LENGTH],
        )

    def _keep_files(self, ticket: Ticket, by: User, comment: Comment | None) -> None:
        """Keep the files that may be kept; the desk reads which ones were not, and why."""
        files = [(file.filename, file.content) for file in self.letter.files]
        if len(self.letter.text) > TEXT_LENGTH:
            files.insert(0, ("letter.txt", self.letter.text.encode()))
        refused = [f"- {name[:200]}: there were too many" for name, _ in files[FILES_AT_MOST:]]
        for name, content in files[:FILES_AT_MOST]:
            try:
                file = ContentFile(content, name="file")
                kept = attach_file(ticket=ticket, by=by, via=VIA, file=file, filename=name, comment=comment)
                self.stored.append(kept)
            except DomainError as error:
                refused.append(f"- {name[:200]}: {error.detail}")
        if refused:
            body = "\n".join(["Files of the letter that were not taken:", "", *refused])
            add_comment(ticket=ticket, by=DESK, via=VIA, body=body, internal=True, automatic=True)

    def _copy_in(self, ticket: Ticket) -> None:
        """Let those on copy follow the ticket: people we know, and new ones of an organization's domain."""
        ours = our_addresses()
        copied = dict.fromkeys((*self.letter.to, *self.letter.cc))
        others = [one for one in copied if one.address != self.letter.sender.address]
        for person in [one for one in others if tokens.without_tag(one.address) not in ours][:COPIES_AT_MOST]:
            account = account_of(person.address)
            if account is None and domain_owner(person.address):
                account = new_requester(person)
            if account is not None and account.is_active and account.pk != ticket.requester_id:
                set_watching(ticket=ticket, watcher=account, watching=True, by=DESK, via=VIA)


def our_addresses() -> set[str]:
    """Return the addresses of all mailboxes, in lower case."""
    return {address.lower() for address in MailAddress.objects.values_list("address", flat=True)}


def _address_of(event: InboundEvent, letter: Letter) -> MailAddress | None:
    """Return the address of the mailbox that the letter came to; the first one where it does not say."""
    rows = list(event.connection.addresses.select_related("organization", "team", "category"))
    came_to = [tokens.without_tag(address) for address in letter.recipients]
    named = [row for address in came_to for row in rows if row.address.lower() == address]
    return next(iter(named or rows), None)
