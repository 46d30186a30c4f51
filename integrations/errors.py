"""What can go wrong while talking to another system, told apart by what helps: nothing, time, or looking first."""

from integrations.choices import WebhookRefusal
from tickets.errors import DomainError
from tickets.work import PermanentError


class RemoteError(Exception):
    """Base of everything a provider may raise. Its text names no secret and no person."""


class Refused(RemoteError, PermanentError):
    """The other system understood and said no; asking again finds the same. `status` is its HTTP answer, 0 where there was none."""

    def __init__(self, text: str, status: int = 0) -> None:
        super().__init__(text)
        self.status = status


class SignInRefused(Refused):
    """The credentials are wrong, have expired, or do not suffice."""


class NotPermitted(SignInRefused):
    """They do not suffice for this; other records may well be read."""


class Gone(Refused):
    """The record is not there, or not any more."""


class Unreadable(Refused):
    """The answer lacks what every such record has."""


class Unreachable(RemoteError):
    """Nothing was done there; worth another try."""


class Busy(Unreachable):
    """Asked to come back later, in `wait` seconds; that is no failed attempt."""

    def __init__(self, text: str, wait: float) -> None:
        super().__init__(text)
        self.wait = wait


class OutcomeUnknown(RemoteError):
    """The request may or may not have been carried out: look for its mark before sending it again."""


class WebhookRefused(Exception):
    """A call of the webhook that is not believed."""

    def __init__(self, reason: WebhookRefusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


class NotConnected(DomainError):
    """The other system cannot be used at the moment."""

    code = "not_connected"
    status = 409
    title = "Not connected"


def stops_all(error: Exception) -> bool:
    """Return whether the next record would be refused in the same way."""
    return isinstance(error, SignInRefused) and not isinstance(error, NotPermitted)
