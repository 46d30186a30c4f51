"""The filters of the dashboard: those that its figures know, in the chips of the queue."""

from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_GET

from analytics.pages.drilling import QUEUE_NAMES
from analytics.permissions import can
from tickets.errors import NotFound
from tickets.models import User
from tickets.pages.choices import Choices
from tickets.pages.doors import PageRequest, page, staff_only
from tickets.pages.filters import Chips, Filter, options_of, summary
from tickets.pages.told import Option, in_words, label_of, names_of

OFFERED = ("organization", "team", "technician", "category", "priority", "channel")
PERSONAL = {"me", "mine", "unresolved"}  # words of the queue that figures do not know


def chips_for(query: QueryDict) -> Chips:
    """Return the chips above the figures; only names of what is chosen are looked up."""
    asked = {name: [value for value in query.getlist(name) if value] for name in OFFERED}
    names = names_of((QUEUE_NAMES[name], values) for name, values in asked.items())
    return Chips(
        [
            Filter(name, label_of(name), values, summary(QUEUE_NAMES[name], values, names))
            for name, values in asked.items()
        ],
        [],
    )


def filters_told(query: QueryDict) -> str:
    """Return the filters in force as a sentence; empty without any."""
    names = names_of((QUEUE_NAMES[name], query.getlist(name)) for name in OFFERED)
    told = {
        label_of(name): ", ".join(in_words(QUEUE_NAMES[name], value, names) for value in query.getlist(name) if value)
        for name in OFFERED
    }
    return "; ".join(f"{label}: {words}" for label, words in told.items() if words)


def kept_pairs(query: QueryDict, *without: str) -> list[tuple[str, str]]:
    """Return the rest of a question, for the hidden fields of a form that asks about `without`."""
    return [(name, value) for name, values in query.lists() for value in values if value and name not in without]


@require_GET
@staff_only
def menu(request: PageRequest, name: str, **_: str) -> HttpResponse:
    """What one filter of the page before it offers: for its chip's menu, or as a page for browsers without JavaScript."""
    if name not in OFFERED:
        raise NotFound("There is no such filter. Choose one of those above the figures.")
    address = request.path.partition("/filters/")[0]
    context = {
        "name": name,
        "label": label_of(name),
        "options": _options(name, request.user),
        "chosen": request.GET.getlist(name),
        "rest": kept_pairs(request.GET, name),
        "list_url": address,
        "back": f"{address}?{request.GET.urlencode()}",
    }
    return page(request, "tickets/filter.html", context, fragment="menu")


def _options(name: str, reader: User) -> list[Option]:
    """Return what a filter offers; of technicians, those whose figures the reader may see."""
    if name == "technician" and not can(reader, "analytics.people"):
        return [(str(reader.pk), reader.display_name)]
    found = options_of(QUEUE_NAMES[name], Choices(reader))
    return [option for option in found if option[0] not in PERSONAL]
