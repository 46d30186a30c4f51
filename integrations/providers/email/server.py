"""Signing in to an IMAP server at a public address, and what goes wrong there in terms of what helps."""

import imaplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox

from integrations.addresses import Forbidden, connected, is_allowed
from integrations.errors import Refused, SignInRefused, Unreachable
from integrations.providers.email.models import EmailSettings

TIMEOUT = 30.0  # seconds, for connecting and for each answer


class GuardedIMAP(imaplib.IMAP4):
    """Connects to the very address that was looked at; with a context, encrypted from the first byte."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        self.context = context
        super().__init__(host, port, TIMEOUT)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        bare = connected(self.host, self.port, timeout)
        return self.context.wrap_socket(bare, server_hostname=self.host) if self.context else bare


class GuardedMailBox(BaseMailBox):
    """imap-tools on a guarded connection."""

    def __init__(self, settings: EmailSettings) -> None:
        self.settings = settings
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        told = self.settings
        context = ssl.create_default_context()
        client = GuardedIMAP(told.host, told.port, context if told.security == "TLS" else None)
        if told.security == "STARTTLS":
            client.starttls(context)
        return client


def signed_in(settings: EmailSettings, password: str, token: str) -> GuardedMailBox:
    """Return the mailbox with its folder selected, to be left by `leave`; a token counts before a password.

    Raises SignInRefused, Refused, Unreachable.
    """
    if settings.security == "none" and not is_allowed(settings.host):
        raise Refused(
            "Without TLS the password could be read on the way. Choose TLS, or name the host in INTEGRATION_HOSTS."
        )
    with told_apart():
        box = GuardedMailBox(settings)
        try:
            _sign_in(box, settings.user, password, token)
            box.folder.set(settings.folder)
        except BaseException:
            leave(box)
            raise
    return box


def _sign_in(box: GuardedMailBox, user: str, password: str, token: str) -> None:
    try:
        if token:
            box.xoauth2(user, token, initial_folder=None)
        elif user.isascii() and password.isascii():
            box.login(user, password, initial_folder=None)
        else:
            box.login_utf8(user, password, initial_folder=None)
    except imaplib.IMAP4.abort as error:
        raise Unreachable("The mail server closed the connection.") from error
    except (ImapToolsError, imaplib.IMAP4.error):
        raise SignInRefused("The mail server does not take user and password, or the token.") from None


def leave(box: GuardedMailBox) -> None:
    try:
        box.logout()
    except (ImapToolsError, imaplib.IMAP4.error, OSError):
        box.client.shutdown()


@contextmanager
def told_apart() -> Iterator[None]:
    """Raise what goes wrong inside as Refused or Unreachable."""
    try:
        yield
    except Forbidden as error:
        raise Refused(f"{error} INTEGRATION_HOSTS names hosts that may be reached all the same.") from None
    except ssl.SSLCertVerificationError as error:
        raise Refused(f"The mail server's certificate is not valid for its name: {error.verify_message}.") from None
    except ImapToolsError as error:
        raise Refused(
            f"The mail server refused a command ({type(error).__name__}). Look at the folders' names."
        ) from None
    except imaplib.IMAP4.abort:
        raise Unreachable("The mail server closed the connection.") from None
    except imaplib.IMAP4.error:
        raise Refused("The mail server speaks no IMAP that we understand.") from None
    except OSError as error:
        raise Unreachable(f"The mail server cannot be reached: {type(error).__name__}.") from None
