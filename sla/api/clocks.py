"""What is promised on a ticket, and why it is due then."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from sla.api import clock_serializers as shapes
from sla.explain import explain
from tickets.api.schema import describe
from tickets.api.views import ApiView

TAG = "Service levels"


class TicketSlaView(ApiView):
    @describe("Read a ticket's promises", tag=TAG, gives=shapes.TicketSlaSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Its clocks with their ledgers, in words and arithmetic, in your time zone. Internal promises are for support staff."""
        ticket = self.ticket(reference)
        return Response(shapes.ticket_sla_shape(ticket, explain(ticket, self.user, timezone.now())))
