"""What can go wrong in an action. Every error carries a stable code, an HTTP status and a sentence that says what to do next."""

from collections.abc import Mapping
from typing import Any


class DomainError(Exception):
    """Base of all refusals; doors turn it into a problem document, a form error or an exit code."""

    code = "error"
    status = 400
    title = "The request could not be carried out"

    def __init__(self, detail: str, *, code: str | None = None, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code
        self.extra = extra

    @property
    def sentence(self) -> str:
        """The whole refusal as one text, for a place that shows one."""
        return self.detail


class Invalid(DomainError):
    """Bad input. `errors` maps a field to its messages."""

    code = "invalid"
    title = "Some fields need attention"

    def __init__(
        self,
        errors: Mapping[str, list[str]],
        detail: str = "Correct the fields named in errors and send the request again.",
    ) -> None:
        super().__init__(detail)
        self.errors = dict(errors)

    @property
    def sentence(self) -> str:
        return " ".join(message for messages in self.errors.values() for message in messages)


class NotAllowed(DomainError):
    """The user's role does not permit this."""

    code = "not_allowed"
    status = 403
    title = "You are not allowed to do this"


class NotFound(DomainError):
    """Does not exist, or the user may not know that it does."""

    code = "not_found"
    status = 404
    title = "Not found"


class NoSuchTicket(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such ticket, or it is not yours to see.")


class Conflict(DomainError):
    """Somebody else was first. `conflicts` maps a field to `{"yours": ..., "theirs": ...}`."""

    code = "stale_version"
    status = 409
    title = "Changed in the meantime"

    def __init__(
        self,
        detail: str,
        *,
        conflicts: Mapping[str, Any] | None = None,
        version: int | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(detail, code=code)
        self.conflicts = dict(conflicts or {})
        self.version = version


class TooLarge(DomainError):
    """More bytes than the limit allows."""

    code = "too_large"
    status = 413
    title = "Too large"


class UnsupportedType(DomainError):
    """A kind of file that is not accepted."""

    code = "unsupported_type"
    status = 415
    title = "This type of file is not accepted"
