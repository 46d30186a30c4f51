"""A new ticket, taken down by support staff."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from tickets.actions.answering import open_ticket
from tickets.choices import Channel, Level
from tickets.errors import DomainError, Invalid
from tickets.fields import CLEANERS
from tickets.models import Ticket
from tickets.pages.doors import PageRequest, page, staff_only, tell
from tickets.pages.properties import Choices, custom_property, sent


@staff_only
def new_ticket(request: PageRequest) -> HttpResponse:
    """Show the form; on POST open the ticket, or show the form again with everything that was typed."""
    errors: dict[str, list[str]] = {}
    problem = ""
    if request.method == "POST":
        try:
            ticket = _create(request)
        except Invalid as error:
            errors = error.errors
            problem = "Some fields need attention."
        except DomainError as error:
            problem = error.detail
        else:
            tell(request, f"{ticket.reference} opened.")
            return redirect(reverse("ticket", args=[ticket.pk]))
    choices = Choices.load(request.user)
    typed = request.POST or request.GET
    custom = []
    for one in choices.custom:
        prop = custom_property(one, None)
        prop.value = typed.get(prop.name, prop.value)
        prop.errors = errors.get(prop.name, [])
        custom.append((one, prop))
    context: dict[str, Any] = {
        "typed": typed,
        "errors": errors,
        "problem": problem,
        "choices": choices,
        "custom": custom,
        "levels": list(reversed(Level.choices)),
    }
    return page(request, "tickets/new.html", context, status=400 if request.method == "POST" else 200)


def _create(request: PageRequest) -> Ticket:
    fields = {name: value for name, value in sent(request.POST, only=CLEANERS).items() if value not in ("", None)}
    fields["title"] = request.POST.get("title", "")
    return open_ticket(by=request.user, via=Channel.WEB, fields=fields, files=request.FILES.getlist("files"))
