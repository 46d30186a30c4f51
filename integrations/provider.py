"""What every system we talk to looks like from here: its records as plain values, and what can be asked of it.

Values are the other system's own words ("In Progress", "High"); `integrations/translation.py` turns them into ours. Long texts are
Markdown on this side of the provider.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any, ClassVar

from django.core.mail import EmailMessage

from integrations.choices import Ability, WebhookRefusal, Wish
from integrations.errors import Refused, WebhookRefused
from integrations.mail.letter import Letter, Person

Value = str | list[str] | None
Values = dict[str, Value]


@dataclass(frozen=True)
class RemoteRef:
    """A record there: the id that never changes, the name people use, and its page."""

    id: str
    key: str
    url: str


@dataclass(frozen=True)
class RemoteFile:
    """A file there; the id never changes, the address may lead elsewhere."""

    id: str
    filename: str
    url: str


@dataclass(frozen=True)
class RemoteComment:
    """`marker` is ours where we wrote it. `edition` changes whenever the text does, where the same text may read differently."""

    id: str
    body: str
    author: str
    created_at: datetime
    is_public: bool = True
    marker: str = ""
    files: tuple[RemoteFile, ...] = ()
    edition: str = ""
    is_gone: bool = False


@dataclass(frozen=True)
class RemoteRecord:
    """A record as far as it is known; `fields` may hold some only, `comments` too. `marker` is ours where we made it.

    `files` are those that belong to no comment.
    """

    ref: RemoteRef
    fields: Values
    updated_at: datetime
    created_at: datetime | None = None
    comments: tuple[RemoteComment, ...] = ()
    requester_email: str = ""
    marker: str = ""
    files: tuple[RemoteFile, ...] = ()
    is_gone: bool = False
    in_scope: bool = True  # a ticket may be opened for it


@dataclass(frozen=True)
class RawLetter:
    """A mail as the server has it, and the name it has there."""

    name: str
    raw: bytes


@dataclass(frozen=True)
class Page:
    """A part of a long answer. The cursor is what to ask for the next part with, or to begin with the next time."""

    records: list[RemoteRecord]
    cursor: dict[str, Any]
    more: bool
    letters: tuple[RawLetter, ...] = ()  # of a mailbox, in place of records


@dataclass(frozen=True)
class Draft:
    """A record to be made. The marker finds it again; the address leads back to the ticket. The requester is who asked here."""

    fields: Values
    marker: str
    title: str
    url: str
    requester_name: str = ""
    requester_email: str = ""


@dataclass(frozen=True)
class OutgoingComment:
    body: str
    author: str
    is_public: bool
    marker: str


@dataclass(frozen=True)
class OutgoingFile:
    filename: str
    file_type: str
    size: int
    content: IO[bytes]


@dataclass(frozen=True)
class Notice:
    """A message to people: what happened, the page to open, a few facts (name, value). `key` is the same when it is sent again."""

    key: str
    title: str
    text: str
    url: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Identity:
    """Who we are there. `facts` are what an admin may want to know of it (name, value), such as which statuses there are."""

    account: str
    name: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Call:
    """What came to a webhook's address: header names in lower case, the body as it was sent."""

    headers: Mapping[str, str]
    body: bytes
    now: datetime


@dataclass(frozen=True)
class Told:
    """What a believed call of the webhook is: its id, which record it is about (for the order), and its kind.

    `is_new` says that it is no older call, even where the same body came before.
    """

    delivery_id: str
    record: str
    kind: str
    is_new: bool = False


@dataclass(frozen=True)
class Hint:
    """A call that says that something changed, and not what: read that record again, or where none is named, ask what changed."""

    ref: RemoteRef | None = None


@dataclass(frozen=True)
class Acknowledgement:
    """What a system wants to be answered, word for word, where it does not go by our 202."""

    content_type: str
    body: bytes


@dataclass(frozen=True)
class Asked:
    """What a person asks for there, by their id. `ticket` is its reference as they gave it, `origin` where the text comes from,
    `place` what the system needs to answer them.
    """

    wish: Wish
    person: str
    text: str = ""
    ticket: str = ""
    origin: str = ""
    place: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """Addresses of our tickets (address → number) that somebody wrote there."""

    tickets: Mapping[str, int]
    place: Mapping[str, str] = field(default_factory=dict)


Meaning = RemoteRecord | Hint | Asked | Shown | Letter


@dataclass(frozen=True)
class Preview:
    """What may be told of a ticket whose address is shown there."""

    reference: str
    title: str
    status: str


@dataclass(frozen=True)
class FieldDefault:
    """How a field is kept in step unless an admin says otherwise."""

    ours: str
    theirs: str
    direction: str = "both"
    winner: str = "newest"


@dataclass(frozen=True)
class Defaults:
    """The mapping a new connection begins with. Values are (ours, theirs); the first of several holds on the way out."""

    fields: tuple[FieldDefault, ...]
    values: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


class Provider:
    """One system, reached with one connection's settings and credentials. Methods raise RemoteError.

    `find`, `find_comment` and `has_file` look for what an earlier try may have left behind; a system that never repeats a create with
    the same marker may answer None.
    """

    abilities: ClassVar[frozenset[Ability]] = frozenset()
    defaults: ClassVar[Defaults]
    address_settings: ClassVar[tuple[str, ...]] = ("base_url",)  # with a new one the credentials have to be given again
    files_are_comments: ClassVar[bool] = (
        False  # what `attach` answers is a comment's id, to be known when it comes back
    )
    answers_at_once: ClassVar[bool] = (
        False  # what a person asks for is done within the call, whose answer is all they see
    )

    @classmethod
    def checked_settings(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings as they are stored. Raises Invalid."""
        raise NotImplementedError

    @classmethod
    def checked_credentials(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return the credentials as they are stored, encrypted by the caller. Raises Invalid."""
        raise NotImplementedError

    @classmethod
    def schemas(cls) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the JSON schemas of settings and credentials, which forms are drawn from."""
        raise NotImplementedError

    def __init__(self, name: str, settings: Mapping[str, Any], credentials: Mapping[str, Any]) -> None:
        """`name` is what circuit breaker and rate limit go by. Raises Invalid."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of connections."""

    @property
    def renewed(self) -> Mapping[str, str]:
        """Credentials that the system gave in place of ours since this was opened; they are kept."""
        return {}

    def test(self) -> Identity:
        """Prove that address, credentials and rights suffice."""
        raise NotImplementedError

    def create(self, draft: Draft) -> RemoteRef:
        """Make a record. Raises OutcomeUnknown where it may have been made."""
        raise NotImplementedError

    def find(self, marker: str, since: datetime) -> RemoteRef | None:
        """Return the record that was made with this marker."""
        raise NotImplementedError

    def update(self, ref: RemoteRef, fields: Values) -> None:
        raise Refused("This system does not let its records be changed.")

    def transition(self, ref: RemoteRef, status: str) -> None:
        raise Refused("This system has no statuses to set.")

    def comment(self, ref: RemoteRef, comment: OutgoingComment) -> str:
        """Return the comment's id there."""
        raise Refused("This system takes no comments.")

    def find_comment(self, ref: RemoteRef, comment: OutgoingComment) -> str | None:
        raise Refused("This system takes no comments.")

    def edit(self, ref: RemoteRef, comment_id: str, comment: OutgoingComment) -> None:
        """Write a comment of ours anew. Raises Gone where it is not there any more."""
        raise Refused("This system does not let comments be changed.")

    def is_comment_gone(self, ref: RemoteRef, comment_id: str) -> bool:
        """Say whether a comment was deleted that `read` does not show; a system whose comments stay answers no."""
        return False

    def attach(self, ref: RemoteRef, file: OutgoingFile) -> str:
        """Return the file's id there."""
        raise Refused("This system takes no files.")

    def find_file(self, ref: RemoteRef, file: OutgoingFile) -> str | None:
        raise Refused("This system takes no files.")

    def fetch(self, url: str, at_most: int) -> bytes:
        """Return the content of a file of theirs, of so many bytes at most."""
        raise Refused("This system gives its files to nobody.")

    def link_back(self, ref: RemoteRef, url: str, title: str) -> None:
        raise Refused("This system keeps no links.")

    def notify(self, to: str, notice: Notice) -> str:
        """Send a message to a channel, or to the person with this e-mail address; empty: where the connection's settings say.

        Return the message's id there, empty where the system tells none.
        """
        raise Refused("This system shows no messages to people.")

    def submit(self, message: EmailMessage) -> None:
        """Send a mail by this mailbox's own server."""
        raise Refused("This system sends no mail.")

    @property
    def opens_for_strangers(self) -> bool:
        """Whether people without a confirmed account here may open tickets from there."""
        return False

    def who(self, asked: Asked) -> Person | None:
        """Say who asks, with their address if the system tells it; None for whom it does not vouch for. Raises RemoteError."""
        raise Refused("Nobody can be asked for there.")

    def answer(self, asked: Asked, text: str) -> None:
        """Tell the person who asked, and nobody else."""
        raise Refused("Nobody can be answered there.")

    def preview(self, shown: Shown, previews: Mapping[str, Preview]) -> None:
        """Show what an address stands for, as far as the connection's settings let everybody there know it."""
        raise Refused("This system shows nothing beside addresses.")

    def read(self, ref: RemoteRef) -> RemoteRecord:
        raise Refused("This system's records cannot be read.")

    def changes(self, cursor: Mapping[str, Any]) -> Page:
        """Return records in the order of their changes; an empty cursor asks from now on."""
        raise Refused("This system cannot be asked what changed.")

    def acknowledge(self, page: Page) -> None:
        """Tell the other side that a page of `changes` is stored here; may be asked again for the same page."""

    def history(self, cursor: Mapping[str, Any]) -> Page:
        """Return every record there is; an empty cursor begins."""
        raise Refused("This system's past cannot be read.")

    @classmethod
    def challenge(cls, call: Call, credentials: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the answer to a handshake, where the call is one. Comes after `verify`."""
        return None

    @classmethod
    def verify(cls, call: Call, credentials: Mapping[str, Any]) -> None:
        """Believe the call, before anything of its body is read. Raises WebhookRefused."""
        raise WebhookRefused(WebhookRefusal.UNKNOWN)

    @classmethod
    def calls_in(cls, call: Call, settings: Mapping[str, Any]) -> list[Call]:
        """Take a believed call apart where it tells several things; each is stored and carried out by itself. Raises WebhookRefused."""
        return [call]

    @classmethod
    def told(cls, call: Call, settings: Mapping[str, Any]) -> Told | None:
        """Say what a believed call is; None for one that means nothing to us. Raises WebhookRefused."""
        raise WebhookRefused(WebhookRefusal.MALFORMED)

    @classmethod
    def acknowledged(cls, call: Call, answer: str) -> Acknowledgement | None:
        """Return what a call is answered where not by our 202; `answer` is what came of it where that is known at once."""
        return None

    @classmethod
    def parse(cls, body: bytes, settings: Mapping[str, Any]) -> Meaning | None:
        """Return what a stored call says about a record, where to look, or what a person asks for; or the letter that was stored."""
        raise NotImplementedError
