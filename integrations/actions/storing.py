"""What comes in, stored as it came and once: calls of webhooks and letters."""

import hashlib

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from integrations.mail.reading import read_envelope
from integrations.models import Connection, InboundEvent
from integrations.provider import Told
from tickets import work
from tickets.choices import WorkState
from tickets.errors import Invalid, TooLarge

UNREADABLE = "unreadable call"
NOT_WHAT_IT_SENDS = "The body is not what this system sends. Look at it, and try again after an upgrade."


def receive_letter(*, connection: Connection, raw: bytes) -> InboundEvent | None:
    """Store a mail as it came; it is carried out later, in the order of its thread. None: it is known. Raises Invalid, TooLarge.

    Its Message-ID alone does not tell it from others, because anybody can write any.
    """
    if not raw.strip():
        raise Invalid({"mail": ["The mail is empty."]})
    if len(raw) > settings.MAIL_MAX_BYTES:
        raise TooLarge(f"A mail may have at most {settings.MAIL_MAX_BYTES:,} bytes.")
    message_id, root = read_envelope(raw)
    body = hashlib.sha256(raw.partition(b"\n\r\n")[2] or raw.partition(b"\n\n")[2]).hexdigest()
    name = f"{message_id[:120]} {body}" if message_id else hashlib.sha256(raw).hexdigest()
    return store(connection, Told(name, root or name, "letter"), raw)


def store(connection: Connection, told: Told, body: bytes) -> InboundEvent | None:
    """Store a call, once: its id is not signed, so the same body under another id is the same call. None: it is known."""
    return _once(_row(connection, told, body))


def store_unreadable(connection: Connection, body: bytes) -> None:
    """Keep a believed call that nobody can read where admins see what is stuck; once, for it will be sent again."""
    row = _row(connection, Told(f"unreadable {hashlib.sha256(body).hexdigest()}", "", UNREADABLE), body)
    row.state, row.finished_at, row.last_error = WorkState.QUARANTINED, timezone.now(), NOT_WHAT_IT_SENDS
    _once(row)


def _row(connection: Connection, told: Told, body: bytes) -> InboundEvent:
    name = told.delivery_id.encode() if told.is_new else b""
    return InboundEvent(
        connection=connection,
        delivery_id=told.delivery_id[:200],
        digest=hashlib.sha256(name + body).hexdigest(),
        record=told.record[:200],
        kind=told.kind[:100],
        body=body,
    )


def _once(row: InboundEvent) -> InboundEvent | None:
    same = Q(delivery_id=row.delivery_id) | Q(digest=row.digest)
    if InboundEvent.objects.filter(same, connection=row.connection).exists():
        return None
    try:
        with transaction.atomic():
            return work.enqueue(row)
    except IntegrityError:
        return None
