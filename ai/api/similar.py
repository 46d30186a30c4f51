"""Similar tickets and suggested resolutions."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from ai.actions.similar import rate_suggestion, suggest_resolution
from ai.api import similar_serializers as shapes
from ai.models import SuggestedResolution
from ai.permissions import require
from ai.similar.finding import Asked, ask, similar_tickets, similar_to
from ai.similar.resolving import resolutions
from tickets.api.schema import describe
from tickets.api.views import ApiView, find, flag, only
from tickets.errors import Invalid
from tickets.fields import TEXT_LENGTH, TITLE_LENGTH

TAG = "Advice"


class SuggestResolutionView(ApiView):
    @describe(
        "Suggest a resolution", tag=TAG, takes=shapes.SuggestResolutionSerializer, gives=shapes.SuggestedSerializer
    )
    def post(self, request: Request) -> Response:
        """From resolved tickets and articles that you may see, each cited, most confident first.

        Name a ticket, and what is offered is kept with it until it moves on and can be rated; or send a `title` and `description`,
        and nothing is kept. For support staff.
        """
        require(self.user, "ai.advise")
        body = only(self.body, "ticket_id", "title", "description")
        if "ticket_id" in body:
            ticket = self.ticket(str(body["ticket_id"]))
            offers = suggest_resolution(ticket=ticket, by=self.user, now=timezone.now())
            suggestions = [shapes.resolution_shape(offer.resolution, offer.suggestion.pk) for offer in offers]
            near = similar_to(ticket, self.user)
        else:
            asked = typed(body)
            suggestions = [shapes.resolution_shape(found) for found in resolutions(asked, self.user)]
            near = similar_tickets(asked, self.user)
        return Response({"suggestions": suggestions, "similar_tickets": [shapes.similar_shape(one) for one in near]})


def typed(body: Any) -> Asked:
    """Return what was sent as a question. Raises Invalid."""
    title, description = (body.get(name, "") for name in ("title", "description"))
    errors: dict[str, list[str]] = {}
    for name, text, length in (("title", title, TITLE_LENGTH), ("description", description, TEXT_LENGTH)):
        if not isinstance(text, str) or len(text) > length:
            errors[name] = [f"Send a text of at most {length:,} characters."]
    if not errors and not (title.strip() or description.strip()):
        errors["ticket_id"] = ["Name a ticket, or send a title or a description."]
    if errors:
        raise Invalid(errors)
    return ask(title, description)


class SimilarTicketsView(ApiView):
    @describe("List similar tickets", tag=TAG, gives=shapes.SimilarTicketsSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Tickets like this one among those you may see, best first. For support staff."""
        require(self.user, "ai.advise")
        near = similar_to(self.ticket(reference), self.user)
        return Response({"results": [shapes.similar_shape(one) for one in near]})


class RateSuggestionView(ApiView):
    @describe(
        "Rate a suggested resolution", tag=TAG, takes=shapes.RateSuggestionSerializer, gives=shapes.RatedSerializer
    )
    def post(self, request: Request, pk: int) -> Response:
        """Your answer counts once; what did not help is not suggested again on this ticket, and elsewhere with less confidence."""
        suggestion: SuggestedResolution = find(SuggestedResolution.objects.visible_to(self.user), "suggestion", pk=pk)
        helpful = flag(only(self.body, "helpful"), "helpful")
        rated = rate_suggestion(suggestion=suggestion, helpful=helpful, by=self.user, now=timezone.now())
        return Response({"id": rated.pk, "state": rated.state, "helpful": helpful})
