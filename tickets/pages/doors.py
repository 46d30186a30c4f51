"""The way into pages: who may open them, and what an answer to htmx looks like."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from tickets.errors import NotFound
from tickets.models import User


class PageRequest(HttpRequest):
    """A request as it reaches our views: signed in, with the details of htmx."""

    user: User
    htmx: HtmxDetails


View = Callable[..., HttpResponse]
IN_PORTAL = {  # the page of the portal that stands for a page of the desk
    "queue": "portal",
    "board": "portal",
    "ticket": "portal_ticket",
    "ticket_new": "portal_new",
    "articles": "portal_help",
    "article": "portal_article",
}


def signed_in(view: View) -> View:
    """Let signed-in people through, others to the sign-in page; a fragment asked for after the session ended gets a plain 401."""
    guarded = login_required(view)

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "htmx", False) and not request.user.is_authenticated:
            return HttpResponse(status=401)  # the page stays, with what was typed in it, and says what to do
        return guarded(request, *args, **kwargs)

    return checked


def staff_only(view: View) -> View:
    """Let support staff through. A requester gets the portal's page for the same thing, or hears that there is none (404)."""

    @wraps(view)
    def checked(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_support_staff:
            return view(request, *args, **kwargs)
        route = IN_PORTAL.get(request.resolver_match.url_name or "") if request.resolver_match else None
        if route is None or request.method not in ("GET", "HEAD"):
            raise NotFound("There is no such page for you. Your tickets and answers are in the portal.")
        return redirect(route, *kwargs.values())

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


def tell(request: PageRequest, text: str, *, undo: str = "") -> None:
    """Leave a toast for the next answer; `undo` names what its button takes back, as `undo.TAKE_BACK` reads it."""
    messages.success(request, text, extra_tags=f"undo:{undo}" if undo else "")


def done(
    request: PageRequest, url: str, toast: str = "", *, undo: str = "", events: tuple[str, ...] = ()
) -> HttpResponse:
    """Answer a write that went well: a redirect to `url`, or for htmx the toasts and the events that let the page catch up."""
    if toast:
        tell(request, toast, undo=undo)
    if not request.htmx:
        return redirect(url)
    response = render(request, "components/toasts.html#swap")
    response.headers["HX-Reswap"] = "none"
    response.headers["HX-Trigger"] = json.dumps(dict.fromkeys(("dialog-close", *events), ""))
    return response


def way_back(request: PageRequest, otherwise: str) -> str:
    """Return the page of ours that a form names in `back`."""
    given = request.POST if request.method == "POST" else request.GET
    wish = given.get("back", "")
    return wish if wish.startswith("/") and url_has_allowed_host_and_scheme(wish, None) else otherwise


def back(request: PageRequest, url: str) -> HttpResponse:
    """Send the browser on after a write: a redirect, which htmx follows as a navigation of the whole page."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
