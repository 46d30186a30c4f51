"""The way into pages: who may open them, and what an answer to htmx looks like."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_htmx.middleware import HtmxDetails

from tickets.errors import NotAllowed
from tickets.models import User


class PageRequest(HttpRequest):
    """A request as it reaches our views: signed in, with the details of htmx."""

    user: User
    htmx: HtmxDetails


View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Let signed-in people through, others to the sign-in page."""
    return login_required(view)


def staff_only(view: View) -> View:
    """Let support staff through; a requester who opens a staff page is sent to the portal by a 403 that says so."""

    @wraps(view)
    def checked(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_support_staff:
            raise NotAllowed(
                "This page is for support staff. Your tickets are in the portal.", required_role="technician"
            )
        return view(request, *args, **kwargs)

    return signed_in(checked)


def wants_fragment(request: PageRequest) -> bool:
    """True where htmx asks for a part of the page; a boosted link or a restored history entry wants the whole."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


def page(
    request: PageRequest, template: str, context: Mapping[str, Any], *, fragment: str = "", status: int = 200
) -> HttpResponse:
    """Render a page, or for htmx its named fragment followed by the waiting toasts."""
    if not (fragment and wants_fragment(request)):
        return render(request, template, dict(context), status=status)
    response = render(request, f"{template}#{fragment}", dict(context), status=status)
    response.write(render(request, "components/toasts.html#swap").content.decode())
    return response


def back(request: PageRequest, url: str) -> HttpResponse:
    """Send the browser on after a write: a redirect, which htmx follows as a navigation of the whole page."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
