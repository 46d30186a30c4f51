"""A letter as it was read: plain values, whatever the raw mail was like."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Person:
    """A name and an address in lower case; either may be empty."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class Enclosure:
    """A file of a letter; an inline picture has a `content_id`."""

    filename: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True)
class Bounce:
    """What a mail server says about a mail that it could not deliver. `message_id` is the mail's, empty where it does not say.

    `is_hard`: the address will never take mail.
    """

    address: str
    message_id: str
    status: str
    is_hard: bool
    is_final: bool = True  # False: the server goes on trying


@dataclass(frozen=True)
class Letter:
    """`text` is what the sender wrote, in Markdown; `folded` what follows it: quotes and signature.

    `references` are the mails that it continues, the oldest first; `recipients` all addresses that it came to; `headers` have names in
    lower case, their values in the order of the raw mail.
    """

    message_id: str
    sender: Person
    subject: str = ""
    text: str = ""
    folded: str = ""
    references: tuple[str, ...] = ()
    to: tuple[Person, ...] = ()
    cc: tuple[Person, ...] = ()
    recipients: tuple[str, ...] = ()
    sent_at: datetime | None = None
    files: tuple[Enclosure, ...] = ()
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bounce: Bounce | None = None

    def header(self, name: str) -> str:
        """Return the first value of a header, empty where there is none."""
        return next(iter(self.headers.get(name, ())), "")
