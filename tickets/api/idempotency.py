"""Writes that may be sent twice. The key, the effect and the answer are committed together, so a repeat finds either all or nothing."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from tickets.api.rendering import as_json
from tickets.errors import Conflict, Invalid
from tickets.models import IdempotencyKey, User

HEADER = "Idempotency-Key"
KEPT_HEADERS = ("ETag", "Location")
Handler = Callable[..., Response]


def once(request: Request, handler: Handler, *args: Any, **kwargs: Any) -> Response:
    """Carry out a write under the request's key, or answer what the same request was answered before.

    A refused write leaves no key behind and may be sent again. Raises Invalid for a bad key, Conflict when the key was used for another
    request. Of two at the same time the second waits for the first, by the unique constraint.
    """
    key = request.headers[HEADER]
    if not 1 <= len(key) <= 200 or not key.isprintable() or not key.isascii():
        raise Invalid({HEADER: ["Send 1 to 200 printable ASCII characters, a UUID for instance."]})
    user = cast(User, request.user)
    fingerprint = _fingerprint(request)
    known = IdempotencyKey.objects.filter(user=user, key=key).first()
    if known is None:
        try:
            return _first(request, user, key, fingerprint, handler, *args, **kwargs)
        except _Taken:
            known = IdempotencyKey.objects.filter(user=user, key=key).first()
    if known is None:
        raise Conflict("The same request was just refused. Send it again.", code="idempotency_race")
    if known.fingerprint != fingerprint:
        raise Conflict(
            "This key was used for another request. Use a new key for a new request.", code="idempotency_key_reused"
        )
    answer = json.loads(known.answer)
    headers = {**answer["headers"], "Idempotency-Replayed": "true"}
    return Response(answer["data"], status=known.status, headers=headers)


def answer_anew(request: Request, response: Response) -> None:
    """Let a repeat of this request, whose write is committed already, get this answer instead of the first one."""
    if HEADER in request.headers:
        row = IdempotencyKey.objects.filter(user=cast(User, request.user), key=request.headers[HEADER])
        row.update(status=response.status_code, answer=_kept(response))


def _kept(response: Response) -> str:
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    return as_json({"data": response.data, "headers": headers}).decode()


class _Taken(Exception):
    pass


def _first(
    request: Request, user: User, key: str, fingerprint: str, handler: Handler, *args: Any, **kwargs: Any
) -> Response:
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = IdempotencyKey.objects.create(
                    user=user, key=key, fingerprint=fingerprint, created_at=timezone.now()
                )
        except IntegrityError:
            raise _Taken from None
        response = handler(request, *args, **kwargs)
        row.status = response.status_code
        row.answer = _kept(response)
        row.save(update_fields=["status", "answer"])
    return response


def _fingerprint(request: Request) -> str:
    """Return what makes a request the same: verb, address and body, a file by its content."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    files = request.FILES if request.content_type.startswith("multipart/") else {}
    fields = {name: value for name, value in dict(request.data).items() if name not in files}
    digest.update(json.dumps(fields, sort_keys=True, default=str).encode())
    for name, file in files.items():
        digest.update(f"\n{name} {file.name}\n".encode())
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
    return digest.hexdigest()
