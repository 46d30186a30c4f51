"""Each thing that a person can ask for from another system, by the actions of the desk and with that person's own rights."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.conf import settings

from integrations.actions.linking import speaker
from integrations.choices import Wish
from integrations.mail import senders
from integrations.mail.letter import Person
from integrations.models import Connection
from integrations.permissions import System, require
from integrations.provider import Asked
from integrations.ticket_pages import address_of
from integrations.translation import cleaned
from sla.actions.acknowledge import acknowledge_breach
from sla.choices import BreachState
from sla.models import Breach
from tickets.actions.tickets import change_ticket, create_ticket
from tickets.choices import Channel, Status
from tickets.errors import Conflict, NoSuchTicket, NotAllowed
from tickets.fields import ME, TEXT_LENGTH, TITLE_LENGTH
from tickets.models import Ticket, User

VIA = Channel.WEBHOOK


def fulfil(asked: Asked, person: Person | None, connection: Connection, *, strangers_open: bool) -> str:
    """Do what was asked; returns the sentence to answer with. Raises DomainError."""
    if person is None:
        raise NotAllowed(
            f"{connection.label} does not say for sure who you are. Sign in at {settings.SITE_URL} instead."
        )
    user = _account(person)
    if asked.wish == Wish.OPEN:
        ticket = _open(asked, user) if user else _open_for_stranger(asked, person, connection, allowed=strangers_open)
        return f"{ticket.reference} is open: {address_of(ticket.pk)}"
    if user is None:
        raise _unknown(person)
    found = Ticket.objects.visible_to(user).current().by_reference(asked.ticket).first()
    if found is None:
        raise NoSuchTicket
    return DONE[asked.wish](found, user, connection)


def _account(person: Person) -> User | None:
    """Return the active account whose owner has confirmed this address."""
    found = senders.account_of(person.address)
    return found if found and senders.is_confirmed(found, person.address) else None


def _unknown(person: Person) -> NotAllowed:
    address = f" by {person.address}" if person.address else ""
    return NotAllowed(
        f"Nobody with a confirmed address is known here{address}. Sign in at {settings.SITE_URL} and confirm it, or ask the desk."
    )


def _open(asked: Asked, by: User | System, **more: Any) -> Ticket:
    """Open a ticket: the first line is its title."""
    first, _, rest = cleaned(asked.text).strip().partition("\n")
    title = " ".join(first.split())
    short = title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1]}…"
    described = rest.strip() if short == title else f"{title}\n{rest}".strip()
    text = "\n\n".join(filter(None, [described, asked.origin]))[:TEXT_LENGTH]
    return create_ticket(by=by, via=VIA, fields={"title": short, "description": text, **more})


def _open_for_stranger(asked: Asked, person: Person, connection: Connection, *, allowed: bool) -> Ticket:
    """Open a ticket for somebody without a confirmed account. They become a requester; where no address is known, the owner asks."""
    if not allowed:
        raise _unknown(person)
    if not person.address:
        told = replace(asked, origin=f"Asked by {cleaned(person.name)} in {connection.name}.")
        return _open(told, speaker(connection), requester=connection.owner)
    account = senders.account_of(person.address) or senders.new_requester(person)
    if account is None or not account.is_active or account.is_support_staff:
        raise _unknown(person)
    return _open(asked, account)


def _status(ticket: Ticket, _user: User, _connection: Connection) -> str:
    who = ticket.assignee.get_full_name() if ticket.assignee else "nobody yet"
    stands = f"{ticket.get_status_display()}, priority {ticket.get_priority_display().lower()}, with {who}"
    return f"{ticket.reference} {ticket.title}: {stands}. {address_of(ticket.pk)}"


def _assign(ticket: Ticket, user: User, _connection: Connection) -> str:
    change_ticket(ticket=ticket, by=user, via=VIA, changes={"assignee": ME})
    return f"{ticket.reference} is yours. {address_of(ticket.pk)}"


def _acknowledge(ticket: Ticket, user: User, _connection: Connection) -> str:
    """Acknowledge every breach of the ticket that nobody has. Raises Conflict where there is none."""
    require(user, "ticket.work", ticket)
    waiting = list(Breach.objects.visible_to(user).in_state(BreachState.OPEN).filter(ticket=ticket))
    if not waiting:
        raise Conflict(f"{ticket.reference} has no breach that waits for an acknowledgement.", code="nothing_to_do")
    for breach in waiting:
        acknowledge_breach(breach=breach, by=user, via=VIA)
    return f"You have acknowledged the breach of {ticket.reference}. {address_of(ticket.pk)}"


def _resolve(ticket: Ticket, user: User, connection: Connection) -> str:
    resolution = {} if ticket.resolution else {"resolution": f"Resolved in {connection.name}."}
    change_ticket(ticket=ticket, by=user, via=VIA, changes={"status": Status.RESOLVED, **resolution})
    return f"{ticket.reference} is resolved. {address_of(ticket.pk)}"


DONE: dict[Wish, Callable[[Ticket, User, Connection], str]] = {
    Wish.STATUS: _status,
    Wish.ASSIGN: _assign,
    Wish.ACKNOWLEDGE: _acknowledge,
    Wish.RESOLVE: _resolve,
}
