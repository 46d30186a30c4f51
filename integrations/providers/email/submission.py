"""Sending by a mailbox's own SMTP server, at an address that was looked at, and what goes wrong there in terms of what helps."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from integrations.addresses import Forbidden, connected, is_allowed
from integrations.errors import Refused, SignInRefused, Unreachable
from integrations.providers.email.models import EmailSettings
from integrations.providers.email.oauth import response_of


class GuardedSMTP(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float | None) -> socket.socket:
        return connected(host, port, timeout)


class GuardedSMTPS(smtplib.SMTP_SSL):
    def _get_socket(self, host: str, port: int, timeout: float | None) -> socket.socket:
        return self.context.wrap_socket(connected(host, port, timeout), server_hostname=host)


class Submission(EmailBackend):
    """Django's SMTP backend on a guarded connection, which can sign in with a token."""

    def __init__(self, told: EmailSettings, password: str, token: str) -> None:
        super().__init__(
            host=told.smtp_host,
            port=told.smtp_port,
            username=told.user,
            password="" if token else password,
            use_ssl=told.smtp_security == "TLS",
            use_tls=told.smtp_security == "STARTTLS",
        )
        self.token = token

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return GuardedSMTPS if self.use_ssl else GuardedSMTP

    def open(self) -> bool | None:
        is_new = super().open()
        if self.connection and is_new and self.token:
            try:
                self.connection.ehlo_or_helo_if_needed()
                self.connection.auth("XOAUTH2", self._answer)
            except smtplib.SMTPException:
                self.close()
                raise
        return is_new

    def _answer(self, challenge: bytes | None = None) -> str:
        """Say who we are; what a server says against it is acknowledged with nothing."""
        return "" if challenge else response_of(self.username, self.token)


def submit(told: EmailSettings, password: str, token: str, messages: list[EmailMessage]) -> None:
    """Send mails; without any, only sign in. Raises SignInRefused, Refused, Unreachable, and SMTPException for what the server
    says about a mail.
    """
    if told.smtp_security == "none" and not is_allowed(told.smtp_host):
        raise Refused(
            "Without TLS the password could be read on the way. Choose TLS, or name the host in INTEGRATION_HOSTS."
        )
    backend = Submission(told, password, token)
    with told_apart():
        backend.open()
        try:
            backend.send_messages(messages)
        finally:
            backend.close()


@contextmanager
def told_apart() -> Iterator[None]:
    """Raise trouble of the connection as Refused or Unreachable; the library's errors are OSErrors, too."""
    try:
        yield
    except Forbidden as error:
        raise Refused(f"{error} INTEGRATION_HOSTS names hosts that may be reached all the same.") from None
    except smtplib.SMTPAuthenticationError:
        raise SignInRefused("The SMTP server does not take user and password, or the token.") from None
    except ssl.SSLCertVerificationError as error:
        raise Refused(f"The SMTP server's certificate is not valid for its name: {error.verify_message}.") from None
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError) as error:
        raise Unreachable(f"The SMTP server closed the connection: {type(error).__name__}.") from None
    except smtplib.SMTPException:
        raise
    except OSError as error:
        raise Unreachable(f"The SMTP server cannot be reached: {type(error).__name__}.") from None
