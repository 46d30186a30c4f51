"""The shapes that go over the wire, and the codes a socket is closed with.

Every message to a client is `{"type", "protocol", "success", "timestamp", "data", "request_id"?, "error"?}`.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from tickets.errors import DomainError, Invalid
from tickets.models.ticket import REFERENCE

TICKET, FILE = "ticket", "file"
CREDENTIAL_CLOSE = 4001  # no credential, a bad one, or one that has ended
SLOW_READER_CLOSE = (
    4008  # the client did not read what was waiting for it; it may connect again and ask for what it missed
)
TOO_MANY_SOCKETS_CLOSE = 4009
LARGEST_ID = 2**63 - 1


class BadMessage(DomainError):
    """A message that makes no sense."""

    code = "bad_message"


class TooManyMessages(DomainError):
    """The client talks too much."""

    code = "rate_limited"
    status = 429


def now_text() -> str:
    return timezone.now().isoformat()


def push(protocol: str, kind: str, data: Mapping[str, Any]) -> str:
    """Return the text of something the server says by itself."""
    return _text({"type": kind, "protocol": protocol, "success": True, "timestamp": now_text(), "data": dict(data)})


def lists_lost() -> str:
    """Return the text that tells a list that it missed something and should be read again."""
    return push(TICKET, "queue_changed", {"ticket_id": None, "version": None, "kind": "lost", "timestamp": now_text()})


def answer(protocol: str, kind: str, data: Mapping[str, Any], request_id: Any = None) -> str:
    """Return the text of an answer to a client's message."""
    message = {"type": kind, "protocol": protocol, "success": True, "timestamp": now_text(), "data": dict(data)}
    return _text(message if request_id is None else message | {"request_id": request_id})


def refusal(protocol: str, error: DomainError, request_id: Any = None) -> str:
    """Return the text of a refusal; `data` has the stable code, and the fields where the input was bad."""
    data: dict[str, Any] = {"code": error.code, "status": error.status, **error.extra}
    if isinstance(error, Invalid):
        data["errors"] = error.errors
    message: dict[str, Any] = {
        "type": "error",
        "protocol": protocol,
        "success": False,
        "timestamp": now_text(),
        "data": data,
        "error": error.detail,
    }
    return _text(message if request_id is None else message | {"request_id": request_id})


def parse(text: str) -> dict[str, Any]:
    """Return a client's message with a string `type` and a dictionary `data`. Raises BadMessage."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise BadMessage('Send JSON: {"type": "...", "data": {...}}.') from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise BadMessage('Send an object with a type: {"type": "...", "data": {...}}.')
    if not isinstance(message.setdefault("data", {}), dict):
        raise BadMessage("data must be an object.")
    return message


def request_id_of(message: Mapping[str, Any]) -> Any:
    """Return what the client numbered its message with, if it is something short that can be sent back."""
    request_id = message.get("request_id")
    short = isinstance(request_id, str) and len(request_id) <= 100
    number = isinstance(request_id, int) and not isinstance(request_id, bool) and abs(request_id) <= LARGEST_ID
    return request_id if short or number else None


def id_from(data: Mapping[str, Any], field: str, *, least: int = 1) -> int:
    """Return a whole number of `data`, also written as text, a ticket as `T-1042`. Raises Invalid naming the field."""
    value = data.get(field)
    if isinstance(value, str) and (match := REFERENCE.match(value)):
        value = int(match[1])
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= LARGEST_ID:
        raise Invalid({field: ["Send a whole number."]}, f"{field} must be a whole number.")
    return value


def _text(message: Mapping[str, Any]) -> str:
    return json.dumps(message, cls=DjangoJSONEncoder, separators=(",", ":"))
