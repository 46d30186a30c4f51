"""What the command palette and the fields that suggest something find."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from tickets import search
from tickets.errors import NotFound
from tickets.models import Article, Organization, Ticket, User
from tickets.pages.doors import PageRequest, page, staff_only
from tickets.pages.frame import navigation

EACH = 6
Option = tuple[str, str]


@require_GET
@staff_only
def find(request: PageRequest) -> HttpResponse:
    """Answer with tickets, articles, people and places that match `q`; without words, the places and the latest tickets."""
    words = request.GET.get("q", "")[:200].replace("\x00", " ").strip()
    places = [item for item in navigation(request.user, "") if words.lower() in item.label.lower()]
    visible = Ticket.objects.visible_to(request.user).current().select_related("organization", "requester")
    context: dict[str, Any] = {"words": words, "places": places}
    if words:
        context |= {
            "tickets": search.find_tickets(visible, words, request.user).order_by("-updated_at", "-pk")[:EACH],
            "articles": search.find_articles(Article.objects.visible_to(request.user), words).select_related("latest")[
                :EACH
            ],
            "people": named(request.user, words)[:EACH],
        }
    else:
        context["tickets"] = visible.filter(assignee=request.user).unresolved().order_by("-updated_at", "-pk")[:EACH]
    return page(request, "tickets/find.html", context, fragment="results")


def named(user: User, words: str) -> Any:
    """Return the people whose name or address contains the words."""
    found = Q(name__icontains=words) | Q(email__icontains=words) | Q(username__icontains=words)
    return User.objects.visible_to(user).filter(found, is_active=True).select_related("organization")


def _people(user: User, typed: str) -> list[Option]:
    return [(person.email, str(person)) for person in named(user, typed)[:12]]


def _organizations(user: User, typed: str) -> list[Option]:
    rows = Organization.objects.visible_to(user).filter(name__icontains=typed, is_active=True)[:12]
    return [(row.name, "") for row in rows]


def _tickets(user: User, typed: str) -> list[Option]:
    visible = Ticket.objects.visible_to(user).current()
    rows = search.find_tickets(visible, typed, user) if typed else visible
    return [(row.reference, row.title) for row in rows.order_by("-updated_at", "-pk")[:12]]


SUGGESTIONS: dict[str, tuple[str, Callable[[User, str], list[Option]]]] = {
    "requester": ("list-requester", _people),
    "user": ("list-watcher", _people),
    "organization": ("list-organization", _organizations),
    "into": ("list-into", _tickets),
    "other": ("list-other", _tickets),
}


@require_GET
@staff_only
def suggest(request: PageRequest, what: str) -> HttpResponse:
    """Answer with a `datalist` for a field."""
    if what not in SUGGESTIONS:
        raise NotFound("There are no suggestions for this field.")
    name, offer = SUGGESTIONS[what]
    typed = request.GET.get(what, "")[:200].replace("\x00", " ").strip()
    # A field that already holds a whole value asks for the others too.
    return page(
        request,
        "tickets/suggestions.html",
        {"id": name, "options": offer(request.user, typed) or offer(request.user, "")},
    )
