"""Around every request: the reader's time zone, and refusals turned into pages people can act on."""

import json
import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from tickets.errors import DomainError

Next = Callable[[HttpRequest], HttpResponse]
TEMPLATES = {403: "403.html", 404: "404.html"}


class ReaderMiddleware:
    """Shows times in the zone of the signed-in user, and answers a refusal that no view has caught."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(zoneinfo.ZoneInfo(getattr(request.user, "time_zone", "UTC"))):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        if getattr(request, "htmx", False):
            # The page stays as it is and says why nothing happened.
            toast = json.dumps({"toast": {"text": error.sentence, "kind": "error"}})
            return HttpResponse(status=error.status, headers={"HX-Trigger": toast, "HX-Reswap": "none"})
        context = {"title": error.title, "detail": error.sentence, "code": error.status}
        return render(request, TEMPLATES.get(error.status, "400.html"), context, status=error.status)
