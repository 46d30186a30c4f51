"""The filters of the SLA board: those of the queue that tell tickets apart by who does the work, and what was promised."""

from collections.abc import Mapping

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_GET

from sla.choices import Metric
from sla.models import Policy
from sla.models.clock import ClockQuerySet
from tickets.errors import Invalid, NotFound
from tickets.finding.filters import filter_tickets
from tickets.models import Ticket, User
from tickets.pages.choices import Choices
from tickets.pages.doors import PageRequest, page, staff_only
from tickets.pages.filters import Chips, Filter, options_of, summary
from tickets.pages.told import Option, label_of, names_of, values_of

OF_TICKETS = ("team", "assignee", "organization")
OFFERED = (*OF_TICKETS, "policy", "metric")


def chips_for(query: QueryDict) -> Chips:
    """Return the chips above the board; only names of what is chosen are looked up."""
    asked = {name: values_of(query, name) for name in OFFERED}
    names = {**names_of(asked.items()), **_own_names(asked)}
    return Chips([Filter(name, label_of(name), asked[name], summary(name, asked[name], names)) for name in OFFERED], [])


def _own_names(asked: Mapping[str, list[str]]) -> dict[tuple[str, str], str]:
    names = {("metric", value): label for value, label in Metric.choices}
    if asked["policy"]:
        names |= {("policy", str(pk)): name for pk, name in Policy.objects.values_list("pk", "name")}
    return names


def narrowed(rows: ClockQuerySet, query: QueryDict, user: User) -> ClockQuerySet:
    """Narrow clocks by the filters of a query string. Raises Invalid."""
    if tickets := {name: values for name in OF_TICKETS if (values := values_of(query, name))}:
        rows = rows.filter(ticket__in=filter_tickets(Ticket.objects.visible_to(user), tickets, user))
    if policies := values_of(query, "policy"):
        if not all(value.isascii() and value.isdigit() and len(value) <= 18 for value in policies):
            raise Invalid({"policy": ["Choose policies of the list."]})
        rows = rows.filter(policy_version__policy__in=[int(value) for value in policies])
    if metrics := values_of(query, "metric"):
        if not set(metrics) <= set(Metric.values):
            raise Invalid({"metric": [f"Choose any of {', '.join(Metric.values)}."]})
        rows = rows.filter(metric__in=metrics)
    return rows


@require_GET
@staff_only
def menu(request: PageRequest, name: str) -> HttpResponse:
    """What one filter offers: for its chip's menu, or as a page for browsers without JavaScript."""
    if name not in OFFERED:
        raise NotFound("There is no such filter. Choose one of those above the list.")
    address = reverse("sla_board")
    context = {
        "name": name,
        "label": label_of(name),
        "options": _options(name, request.user),
        "chosen": values_of(request.GET, name),
        "rest": [(other, value) for other, values in request.GET.lists() for value in values if other != name],
        "list_url": address,
        "back": f"{address}?{request.GET.urlencode()}",
    }
    return page(request, "tickets/filter.html", context, fragment="menu")


def _options(name: str, user: User) -> list[Option]:
    if name == "metric":
        return list(Metric.choices)
    if name == "policy":
        return [(str(pk), label) for pk, label in Policy.objects.values_list("pk", "name")]
    return options_of(name, Choices(user))
