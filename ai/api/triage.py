"""Triage over the API: asked for a text or a ticket, nothing is written."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from ai import advising, assigning
from ai.actions.dispatch import suggest_assignees
from ai.api import triage_serializers as shapes
from ai.models import FieldSuggestion
from ai.permissions import require
from tickets.api.schema import describe
from tickets.api.views import ApiView, only
from tickets.errors import Invalid
from tickets.fields import text, whole_number

TAG = "Advice"
LONGEST = 2_000_000  # characters that are taken; the first `READ_AT_MOST` are read


class CategorizeView(ApiView):
    @describe("Categorize a text", tag=TAG, takes=shapes.TextSerializer, gives=shapes.CategorizedSerializer)
    def post(self, request: Request) -> Response:
        """Say what a ticket of this text would be. Writes nothing; where nothing speaks for a level, it is medium."""
        require(self.user, "ticket.create")
        body = only(self.body, "description", "title")
        found = advising.suggest(advising.example_of(*_texts(body.get("title"), body.get("description"))))
        return Response(shapes.categorized_shape(found))


class TriageView(ApiView):
    @describe("Triage a text or a ticket", tag=TAG, takes=shapes.TriageRequestSerializer, gives=shapes.TriageSerializer)
    def post(self, request: Request) -> Response:
        """Return everything that is advised, with the words that spoke for it. Writes nothing. For support staff."""
        require(self.user, "ai.advise")
        body = only(self.body, "ticket_id", "description", "title")
        given = body.get("ticket_id")
        ticket = None if given is None else self.ticket(str(whole_number(given, "ticket_id")))
        texts = (ticket.title, ticket.description) if ticket else _texts(body.get("title"), body.get("description"))
        found = advising.suggest(advising.example_of(*texts, ticket))
        found = assigning.with_technician(found, ticket, timezone.now())
        return Response({"suggestions": [shapes.suggested_shape(one) for one in found.values()]})


class InsightsView(ApiView):
    @describe("Read what is advised for a ticket", tag=TAG, gives=shapes.InsightsSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """What triage said when the ticket came in, what became of it, and who could take it now. For support staff."""
        ticket = self.ticket(reference)
        require(self.user, "ai.advise")
        waits = not (ticket.assignee_id or ticket.is_resolved)
        ranked = suggest_assignees(ticket=ticket, by=self.user, now=timezone.now()) if waits else []
        return Response(shapes.insights_shape(ticket.pk, FieldSuggestion.objects.filter(ticket=ticket), ranked))


def _texts(title: object, description: object) -> tuple[str, str]:
    """Return title and description. Raises Invalid where both are empty or one is no text."""
    errors, read = {}, []
    for name, value in (("title", title), ("description", description)):
        try:
            read.append("" if value is None else text(value, LONGEST))
        except ValueError as error:
            errors[name] = [str(error)]
    if not errors and not any(one.strip() for one in read):
        errors["description"] = ["Write what is wrong."]
    if errors:
        raise Invalid(errors)
    return read[0], read[1]
