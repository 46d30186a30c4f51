"""Who takes what: the week's capacity, a plan for the tickets that wait, and applying it. For managers and admins."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ai.actions.dispatch import apply_plan, propose_plan
from ai.dispatch import desk, people
from ai.dispatch.explaining import signed
from ai.models import DispatchPlan
from ai.permissions import require
from tickets.choices import Channel
from tickets.errors import NotFound
from tickets.models import Ticket, User
from tickets.models.ticket import UNRESOLVED
from tickets.pages.doors import PageRequest, back, page, staff_only, tell
from tickets.pages.forms import whole_number

PLANS_SHOWN = 10
SHOWN = ("title", "status", "priority", "risk", "due_at", "assignee")


@dataclass(frozen=True)
class Line:
    """One placement with its ticket; `reasons` are words and points, strongest first."""

    ticket: Ticket
    reasons: list[tuple[str, str]]
    outcome: str


@dataclass(frozen=True)
class Group:
    """What one person is to take; `name` is empty for what waits on."""

    name: str
    lines: list[Line]


@require_GET
@staff_only
def dispatch(request: PageRequest) -> HttpResponse:
    """Show the week ahead, how many tickets wait, and the latest plans."""
    require(request.user, "ai.dispatch")
    now = timezone.now()
    waiting = Ticket.objects.visible_to(request.user).filter(UNRESOLVED, assignee=None).count()
    context = {
        "week": desk.week_for(request.user, now),
        "waiting": waiting,
        "plans": _mine(request.user).select_related("made_by", "applied_by").defer("placements")[:PLANS_SHOWN],
    }
    return page(request, "ai/dispatch.html", context)


@require_POST
@staff_only
def make(request: PageRequest) -> HttpResponse:
    """Make a plan and go to it."""
    plan = propose_plan(by=request.user, now=timezone.now())
    return back(request, reverse("dispatch_plan", args=[plan.pk]))


@require_GET
@staff_only
def plan(request: PageRequest, pk: int) -> HttpResponse:
    """Show a plan person by person, and what became of it."""
    found = _find(request, pk)
    groups = groups_of(found, request.user)
    waits = next((group for group in groups if not group.name), None)
    context = {"plan": found, "groups": [group for group in groups if group.name], "waits": waits}
    return page(request, "ai/plan.html", context)


@require_POST
@staff_only
def apply(request: PageRequest, pk: int) -> HttpResponse:
    """Give out the tickets that were left ticked."""
    found = _find(request, pk)
    ticked = {number for value in request.POST.getlist("tickets") if (number := whole_number(value)) is not None}
    left = {row["ticket"] for row in found.placements} - ticked
    after = apply_plan(plan=found, by=request.user, via=Channel.WEB, now=timezone.now(), leave_out=left)
    given = len(after.outcome["given"])
    tell(request, f"{given} {'ticket was' if given == 1 else 'tickets were'} given out.")
    return back(request, reverse("dispatch_plan", args=[pk]))


def groups_of(plan: DispatchPlan, reader: User) -> list[Group]:
    """Return the plan's tickets that `reader` sees, by person in the order of their names."""
    ids = [row["ticket"] for row in plan.placements]
    tickets = {t.pk: t for t in Ticket.objects.visible_to(reader).filter(pk__in=ids).only(*SHOWN)}
    names = people.names_of(row["worker"] for row in plan.placements if row["worker"])
    kept_back = plan.outcome.get("kept_back", {})
    lines: dict[str, list[Line]] = defaultdict(list)
    for row in plan.placements:
        if ticket := tickets.get(row["ticket"]):
            name = names.get(row["worker"], "Somebody who has left") if row["worker"] else ""
            reasons = [(term["words"], signed(term["points"])) for term in row["terms"]]
            lines[name].append(Line(ticket, reasons, kept_back.get(str(ticket.pk), "")))
    return [Group(name, lines[name]) for name in sorted(lines, key=str.casefold)]


def _mine(user: User) -> Any:
    return DispatchPlan.objects.all() if user.sees_all_tickets else DispatchPlan.objects.filter(made_by=user)


def _find(request: PageRequest, pk: int) -> DispatchPlan:
    require(request.user, "ai.dispatch")
    found: DispatchPlan | None = _mine(request.user).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such plan, or it is not yours to see.")
    return found
