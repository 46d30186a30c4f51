"""The buttons beside a suggestion: follow it, take the next likely one, or take it off the page."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from ai.actions.triage import decide_suggestion, dismiss_suggestion
from ai.models import FieldSuggestion
from tickets.choices import Channel
from tickets.errors import DomainError, NotFound
from tickets.pages.doors import PageRequest, done, staff_only, tell


@require_POST
@staff_only
def decide(request: PageRequest, pk: int, field: str) -> HttpResponse:
    """Decide on what is suggested for one field of a ticket."""
    row = (
        FieldSuggestion.objects.visible_to(request.user).select_related("ticket").filter(ticket=pk, field=field).first()
    )
    if row is None:
        raise NotFound("There is no such suggestion, or it is not yours to see.")
    back = reverse("ticket", args=[pk])
    if request.POST.get("act") == "dismiss":
        dismiss_suggestion(suggestion=row, by=request.user)
        return done(request, back, "Suggestion dismissed.", events=("ticket-changed",))
    value = other(row, request.POST.get("other", ""))
    try:
        decide_suggestion(suggestion=row, by=request.user, via=Channel.WEB, value=value)
    except DomainError as error:
        tell(request, error.detail)
        return done(request, back, events=("ticket-changed",))
    return done(request, back, f"{row.get_field_display()} set.", events=("ticket-changed",))


def other(row: FieldSuggestion, place: str) -> Any:
    """Return the value of the `place`-th alternative, or of the second opinion; None for the suggestion itself. Raises NotFound."""
    if not place:
        return None
    if place == "opinion" and row.opinion and row.opinion["value"] is not None:
        return row.opinion["value"]
    if not place.isdecimal() or not 0 < int(place) <= len(row.others):
        raise NotFound("There is no such alternative. Load the page again.")
    return row.others[int(place) - 1]["value"]
