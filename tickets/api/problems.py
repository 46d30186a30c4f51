"""Every refusal as a problem document (RFC 9457): what is wrong, under which code, and what to do next."""

import logging
import math
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from structlog.contextvars import get_contextvars

from tickets.errors import Conflict, DomainError, Invalid

logger = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
TYPE = "/api/v1/docs#section/Problems/"
RETRY_AFTER_OUTAGE = 5  # seconds
SIGN_IN = "Send a token as `Authorization: Bearer <access token>`. Get one at /api/v1/auth/login, renew it at /api/v1/auth/refresh."


class Unavailable(DomainError):
    """Something the product needs is away for the moment."""

    code = "unavailable"
    status = 503
    title = "Not available at the moment"


def problem(status: int, code: str, title: str, detail: str, **members: Any) -> dict[str, Any]:
    """Return the document; members that are None are left out."""
    given = {
        "type": TYPE + code,
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": get_contextvars().get("request_id"),
        **members,
    }
    return {name: value for name, value in given.items() if value is not None}


def as_response(document: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return Response(document, status=document["status"], headers=dict(headers or {}), content_type=CONTENT_TYPE)


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler. Errors that nobody foresaw pass through to the 500 page, and to the log."""
    if isinstance(error, DomainError):
        return _domain(error)
    if isinstance(error, exceptions.APIException):
        return _framework(error)
    if isinstance(error, Http404):
        return as_response(problem(404, "not_found", "Not found", str(error) or "There is nothing at this address."))
    if isinstance(error, RequestDataTooBig):
        return as_response(problem(413, "too_large", "Too large", "Send less at once."))
    if isinstance(error, SuspiciousOperation | BadRequest | UnicodeError):
        return as_response(_malformed("Check the form of what you send."))
    if isinstance(error, OperationalError | InterfaceError):
        logger.error("database not available", exc_info=error)
        detail = "The database does not answer. Send the same request again in a moment."
        return _domain(Unavailable(detail, retry_after=RETRY_AFTER_OUTAGE))
    if isinstance(error, DataError):
        logger.error("value refused by the database", exc_info=error)
        detail = "A value is out of range."
        return as_response(problem(400, "invalid", Invalid.title, detail, errors={"body": [detail]}))
    return None


def _malformed(detail: str) -> dict[str, Any]:
    return problem(400, "malformed", "The request cannot be read", detail, errors={"body": [detail]})


def _domain(error: DomainError) -> Response:
    members: dict[str, Any] = dict(error.extra)
    if isinstance(error, Invalid):
        members["errors"] = error.errors
    if isinstance(error, Conflict):
        members |= {"conflicts": error.conflicts or None, "version": error.version}
    wait = members.pop("retry_after", None)
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return as_response(problem(error.status, error.code, error.title, error.detail, **members), headers)


def _framework(error: exceptions.APIException) -> Response:
    headers: dict[str, str] = {}
    status = error.status_code
    match error:
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            header = getattr(error, "auth_header", None)
            if header is None:
                return as_response(problem(403, "not_allowed", "You are not allowed to do this", _text(error)))
            code = "token_not_valid" if isinstance(error, exceptions.AuthenticationFailed) else "not_authenticated"
            invalid = code == "token_not_valid"
            headers["WWW-Authenticate"] = f'{header}, error="invalid_token"' if invalid else header
            return as_response(problem(401, code, "Sign in first", SIGN_IN), headers)
        case exceptions.Throttled():
            wait = max(1, math.ceil(getattr(error, "wait", None) or 1))
            headers["Retry-After"] = str(wait)
            detail = f"You sent more requests than your role allows. Go on in {wait} s."
            return as_response(problem(status, "throttled", "Too many requests", detail), headers)
        case exceptions.MethodNotAllowed():
            return as_response(problem(status, "method_not_allowed", "This verb is not known here", _text(error)))
        case exceptions.UnsupportedMediaType():
            return as_response(
                problem(status, "unsupported_media_type", "This content type is not read here", _text(error))
            )
        case exceptions.NotAcceptable():
            return as_response(problem(status, "not_acceptable", "Only JSON is spoken here", _text(error)))
        case exceptions.ParseError():
            return as_response(_malformed(_text(error)))
        case exceptions.PermissionDenied():
            return as_response(problem(status, "not_allowed", "You are not allowed to do this", _text(error)))
    return as_response(problem(status, error.default_code, "The request could not be carried out", _text(error)))


def _text(error: exceptions.APIException) -> str:
    detail = error.detail
    return str(detail.get("detail", detail)) if isinstance(detail, dict) else str(detail)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when something broke: a problem below /api, a page elsewhere. The log has the rest under the request id."""
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    detail = "It was noted. Try again, and name the request id if it stays."
    return JsonResponse(problem(500, "server_error", "Something broke", detail), status=500, content_type=CONTENT_TYPE)
