"""What we sign on mails: whom a reply address was given to, and which ticket a thread is about."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator

from django.conf import settings

REPLY = re.compile(r"\+t(\d{1,18})\.([a-z2-7]{16})@", re.IGNORECASE)
THREAD = re.compile(r"<?t(\d{1,18})\.([a-z2-7]{16})@", re.IGNORECASE)
REFERENCE = re.compile(r"\[T-(\d{1,18})\]", re.IGNORECASE)


def _tokens(purpose: str, value: str) -> Iterator[str]:
    """Yield the token under the present key, then under former ones. Letters and digits of one case: mail servers change case."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        digest = hmac.new(key.encode(), f"ticketsite mail {purpose}\0{value}".encode(), hashlib.sha256).digest()
        yield base64.b32encode(digest[:10]).decode().lower()


def sign(purpose: str, value: str) -> str:
    """Return 16 letters and digits that nobody else can make."""
    return next(_tokens(purpose, value))


def is_signed(purpose: str, value: str, token: str) -> bool:
    return any(hmac.compare_digest(known, token.lower()) for known in _tokens(purpose, value))


def reply_address(address: str, ticket: int, recipient: str) -> str:
    """Return `desk+T12.<token>@…`: what this recipient sends there belongs to the ticket."""
    local, _, domain = address.rpartition("@")
    return f"{local}+T{ticket}.{sign('reply', f'{ticket} {recipient.lower()}')}@{domain}"


def ticket_of_reply(addresses: Iterable[str], sender: str) -> int | None:
    """Return the ticket whose reply address, given to this very sender, is among the addresses."""
    for address in addresses:
        for number, token in REPLY.findall(address):
            if is_signed("reply", f"{int(number)} {sender.lower()}", token):
                return int(number)
    return None


def without_tag(address: str) -> str:
    """Return a mailbox's own address, in lower case, for one with something behind a plus sign."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def thread_id(ticket: int, domain: str) -> str:
    """Return the Message-ID that every mail about a ticket refers to, so that mailboxes show them as one conversation."""
    return f"<t{ticket}.{sign('thread', str(ticket))}@{domain}>"


def ticket_of_thread(message_ids: Iterable[str]) -> int | None:
    """Return the ticket that a reference made by `thread_id` names."""
    for message_id in message_ids:
        found = THREAD.match(message_id)
        if found and is_signed("thread", str(int(found[1])), found[2]):
            return int(found[1])
    return None


def ticket_in_subject(subject: str) -> int | None:
    """Return the ticket that `[T-12]` names; anybody can write that."""
    found = REFERENCE.search(subject)
    return int(found[1]) if found else None


def mark_of_ours() -> str:
    """Return what the header `X-Ticketsite` of our own mails says."""
    return sign("ours", "")


def is_ours(mark: str) -> bool:
    return is_signed("ours", "", mark.strip())
