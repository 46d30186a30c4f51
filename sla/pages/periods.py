"""Forgiving all breaches of a period, as after an outage or a holiday that nobody had entered."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from sla.actions.waive import waive_breaches
from sla.models import Policy
from sla.pages.breaches import CHANGED, many
from sla.permissions import require
from tickets.choices import Channel
from tickets.pages.dialogs import Dialog, ask
from tickets.pages.doors import PageRequest, done, staff_only, way_back
from tickets.pages.properties import in_zone

TIMES = ("since", "until")
ASKED = (*TIMES, "organization", "policy", "reason")


@staff_only
def waive_period(request: PageRequest) -> HttpResponse:
    """Ask when, for whom and why; the toast says how many breaches that forgave and can take it back."""
    require(request.user, "sla.waive")
    back = way_back(request, reverse("sla_board"))

    def act() -> HttpResponse:
        fields: dict[str, Any] = {name: request.POST.get(name, "") for name in ASKED}
        fields |= {name: in_zone(fields[name]) for name in TIMES}
        waiver = waive_breaches(by=request.user, via=Channel.WEB, fields=fields)
        return done(request, back, f"{many(waiver.breach_count)} forgiven.", undo=f"waiver:{waiver.pk}", events=CHANGED)

    context = {"policies": Policy.objects.values_list("name", flat=True), "cancel_url": back}
    dialog = Dialog("waive_period", "Forgive a period", "Forgive", folder="sla/dialogs", context=context)
    return ask(request, None, dialog, act)
