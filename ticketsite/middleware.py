"""The outermost layer of every request: its id, its one log line, its place in the metrics."""

import re
import time
from collections.abc import Callable
from uuid import uuid4

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from ticketsite import metrics

logger = structlog.get_logger("ticketsite.requests")
SANE_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)


class RequestMiddleware:
    """Gives each request an id (the caller's own when it is sane), echoes it, and logs the request once when it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id(request.headers.get("X-Request-ID", "")))
        return finish(request, self.get_response(request), began)


def request_id(sent: str) -> str:
    """Return the id that the caller sent, or a new one where it sent none or something that does not belong in a log."""
    return sent if SANE_ID.fullmatch(sent) else uuid4().hex


def finish(request: HttpRequest, response: HttpResponseBase, began: float) -> HttpResponseBase:
    """Echo the id, count the request and write its log line. The query string and the body stay out: they hold what people typed."""
    seconds = time.perf_counter() - began
    response["X-Request-ID"] = structlog.contextvars.get_contextvars().get("request_id", "")
    route = f"/{request.resolver_match.route}" if request.resolver_match else "unmatched"
    metrics.observe(request.method or "", route, response.status_code, seconds)
    log = logger.error if response.status_code >= 500 else logger.info if request.resolver_match else logger.debug
    log(
        "request",
        method=request.method,
        path=request.path,
        route=route,
        status=response.status_code,
        ms=round(seconds * 1000, 1),
        user_id=_known_user(request),
    )
    return response


def _known_user(request: HttpRequest) -> int | None:
    """The id of the user whom the view asked for; a request that needed none costs no query here."""
    user = vars(request).get("user")
    if type(user) is SimpleLazyObject:
        user = vars(request).get("_cached_user")
    return getattr(user, "pk", None)
