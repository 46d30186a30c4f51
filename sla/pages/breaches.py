"""What is done about breaches, one or a selected set: seen, forgiven with a reason, and the forgiving taken back."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from sla.actions.acknowledge import acknowledge_breach
from sla.actions.waive import revoke_waiver, waive_breaches
from sla.models import Breach, Waiver
from sla.models.breach import BreachQuerySet
from sla.permissions import can, require
from tickets.choices import Channel
from tickets.errors import Invalid, NotFound
from tickets.models import User
from tickets.pages import undo
from tickets.pages.dialogs import Dialog, ask
from tickets.pages.doors import PageRequest, done, staff_only, way_back
from tickets.pages.forms import whole_number

AT_ONCE = 200
NAMED = 5  # tickets that a waiver's page names
CHANGED = ("ticket-changed", "promises-changed")  # the ticket's page and the SLA board listen


def chosen(request: PageRequest) -> BreachQuerySet:
    """Return the breaches that a form names: `one` of a row's own button, or the selected `breaches`. Raises Invalid, NotFound."""
    given = request.POST if request.method == "POST" else request.GET
    named = given.getlist("one") or given.getlist("breaches")
    ids = {pk for pk in map(whole_number, named) if pk is not None}
    if not 0 < len(ids) <= AT_ONCE:
        raise Invalid({"breaches": [f"Select 1 to {AT_ONCE} breaches."]})
    rows = Breach.objects.visible_to(request.user).filter(pk__in=ids).order_by("pk")
    if not rows:
        raise NotFound("There is no such breach, or it is not yours to see.")
    return rows


def _back(request: PageRequest) -> str:
    return way_back(request, reverse("sla_board"))


def many(count: int) -> str:
    """Return "1 breach", "2 breaches", …"""
    return f"{count} breach{'es' if count != 1 else ''}"


@require_POST
@staff_only
def acknowledge(request: PageRequest) -> HttpResponse:
    """Note that the reader has seen breaches; levels of escalation that have not come yet stay away."""
    rows = chosen(request).with_names()
    for breach in rows:
        acknowledge_breach(breach=breach, by=request.user, via=Channel.WEB)
    told = many(len(rows)) if len(rows) > 1 else "it"
    return done(request, _back(request), f"Noted that you have seen {told}.", events=CHANGED)


@staff_only
def waive(request: PageRequest) -> HttpResponse:
    """Ask for the reason, and forgive breaches; the toast can take it back."""
    require(request.user, "sla.waive")
    rows = chosen(request)

    def act() -> HttpResponse:
        fields = {"breaches": [row.pk for row in rows], "reason": request.POST.get("reason", "")}
        waiver = waive_breaches(by=request.user, via=Channel.WEB, fields=fields)
        toast = f"{many(waiver.breach_count)} forgiven."
        return done(request, _back(request), toast, undo=f"waiver:{waiver.pk}", events=CHANGED)

    context = {"breaches": rows.select_related("ticket"), "cancel_url": _back(request)}
    title = f"Forgive {many(len(rows))}"
    dialog = Dialog("waive", title, "Forgive", folder="sla/dialogs", needs="reason", context=context)
    return ask(request, None, dialog, act)


@staff_only
def waiver(request: PageRequest, pk: int) -> HttpResponse:
    """Say what was forgiven, by whom and why; who may, takes it back."""
    require(request.user, "sla.view")
    found = get_object_or_404(Waiver.objects.select_related("made_by", "revoked_by"), pk=pk)

    def act() -> HttpResponse:
        revoke_waiver(waiver=found, by=request.user, via=Channel.WEB)
        return done(request, _back(request), f"Taken back: {many(found.breach_count)} count again.", events=CHANGED)

    seen = Breach.objects.visible_to(request.user).filter(waiver=found).select_related("ticket")
    context: dict[str, Any] = {"waiver": found, "breaches": seen[:NAMED], "cancel_url": _back(request)}
    button = "Take back" if can(request.user, "sla.waive") and not found.revoked_at else ""
    return ask(request, None, Dialog("waiver", "Forgiven", button, folder="sla/dialogs", context=context), act)


def _revoke(user: User, text: str) -> None:
    revoke_waiver(waiver=Waiver.objects.get(pk=int(text)), by=user, via=Channel.WEB)


undo.TAKE_BACK["waiver"] = _revoke
