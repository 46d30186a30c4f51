"""A mailbox on an IMAP server: letters are read without a trace, stored by the caller, and only then marked as taken."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.parser import BytesHeaderParser
from functools import cached_property, partial
from typing import Any, TypeVar

from django.conf import settings as installation
from django.core.mail import EmailMessage

from integrations.choices import Ability
from integrations.errors import SignInRefused
from integrations.mail.letter import Letter
from integrations.mail.reading import read_letter
from integrations.provider import Defaults, Identity, Page, RawLetter
from integrations.providers.email.models import EmailCredentials, EmailSettings
from integrations.providers.email.oauth import Tokens
from integrations.providers.email.server import GuardedMailBox, leave, signed_in, told_apart
from integrations.providers.email.submission import submit
from integrations.typed import TypedProvider

T = TypeVar("T")
LETTERS_A_PAGE = 20
BYTES_A_PAGE = 50_000_000
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
TOO_LARGE = "The letter has {size:,} bytes, which is more than this desk takes. It is still in the mailbox.\r\n"


class EmailProvider(TypedProvider[EmailSettings, EmailCredentials]):
    settings_model, credentials_model = EmailSettings, EmailCredentials
    abilities = frozenset({Ability.CHANGES})
    defaults = Defaults(fields=())
    address_settings = (
        *("host", "port", "security", "token_url"),
        *("smtp_host", "smtp_port", "smtp_security"),
    )

    _box: GuardedMailBox | None = None

    @property
    def box(self) -> GuardedMailBox:
        """The mailbox, signed in to once."""
        if self._box is None:
            self._box = self._with_token(partial(signed_in, self.settings, self._password))
        return self._box

    def _with_token(self, use: Callable[[str], T]) -> T:
        """Sign in, with a token where the mailbox has any; one that is kept and refused is asked for anew, once."""
        if not self.credentials.refresh_token.get_secret_value():
            return use(self.credentials.oauth_token.get_secret_value())
        if kept := self._tokens.kept():
            with suppress(SignInRefused):
                return use(kept)
        return use(self._tokens.anew())

    @cached_property
    def _tokens(self) -> Tokens:
        return Tokens(self.name, self.settings, self.credentials)

    @property
    def _password(self) -> str:
        return self.credentials.password.get_secret_value()

    @property
    def renewed(self) -> Mapping[str, str]:
        return {"refresh_token": self._tokens.renewed} if self._tokens.renewed else {}

    def submit(self, message: EmailMessage) -> None:
        self._submit([message])

    def _submit(self, messages: list[EmailMessage]) -> None:
        self._with_token(lambda token: submit(self.settings, self._password, token, messages))

    def close(self) -> None:
        if self._box is not None:
            leave(self._box)
            self._box = None

    def test(self) -> Identity:
        """Sign in to both servers, as far as they are given."""
        if self.settings.smtp_host:
            self._submit([])
        if not self.settings.host:
            return Identity("", "a mailbox that only the command receive_mail fills")
        user = self.box.settings.user
        return Identity(user, user)

    def changes(self, cursor: Mapping[str, Any]) -> Page:
        """Return the letters that came since; the first time those that nobody has read. With a done folder, all there are."""
        if not self.settings.host:
            return Page([], dict(cursor), more=False)
        with told_apart():
            validity = self.box.folder.status(self.settings.folder, ["UIDVALIDITY"])["UIDVALIDITY"]
            known = cursor.get("validity") == validity
            last = int(cursor.get("last", 0)) if known else 0
            uids = self._waiting(last, known=known)
            letters: list[RawLetter] = []
            weight = 0
            for uid in uids[:LETTERS_A_PAGE]:
                letters += _fetched(self.box, uid)
                weight = sum(len(letter.raw) for letter in letters)
                last = max(last, uid)
                if weight > BYTES_A_PAGE:
                    break
        return Page([], {"validity": validity, "last": last}, any(uid > last for uid in uids), tuple(letters))

    def _waiting(self, last: int, *, known: bool) -> list[int]:
        wanted = f"UID {last + 1}:*" if known and not self.settings.done_folder else "UNSEEN"
        if self.settings.done_folder:
            wanted = "ALL"
        found = sorted(int(uid) for uid in self.box.uids(wanted, charset=None))
        # A server answers n:* with its last letter even where that is an older one (RFC 3501, section 6.4.8).
        return found if self.settings.done_folder else [uid for uid in found if uid > last]

    def acknowledge(self, page: Page) -> None:
        """Mark the letters of a page as read, or move them to the done folder."""
        uids = [letter.name for letter in page.letters]
        if not uids:
            return
        with told_apart():
            # Not `flag` of the library: it expunges what others have marked as deleted.
            self.box.client.uid("STORE", ",".join(uids), "+FLAGS", r"(\Seen)")
            if self.settings.done_folder:
                self.box.move(uids, self.settings.done_folder)

    @classmethod
    def parse(cls, body: bytes, settings: Mapping[str, Any]) -> Letter:
        return read_letter(body)


def _fetched(box: GuardedMailBox, uid: int) -> list[RawLetter]:
    """Return a letter, only the head of one that is too large; nothing for one that is gone."""
    _, sizes = box.client.uid("FETCH", str(uid), "(RFC822.SIZE)")
    found = SIZE.search(b" ".join(part if isinstance(part, bytes) else part[0] for part in sizes if part))
    size = int(found[1]) if found else 0
    too_large = size > installation.MAIL_MAX_BYTES
    _, parts = box.client.uid("FETCH", str(uid), f"(BODY.PEEK[{'HEADER' if too_large else ''}])")
    raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
    return [] if raw is None else [RawLetter(str(uid), _head_only(raw, size) if too_large else raw)]


def _head_only(head: bytes, size: int) -> bytes:
    """Return a letter of the same head that says why it has no body."""
    message = BytesHeaderParser().parsebytes(head)
    for name in ("Content-Type", "Content-Transfer-Encoding", "MIME-Version"):
        del message[name]
    message.set_payload(TOO_LARGE.format(size=size))
    return message.as_bytes()
