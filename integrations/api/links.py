"""Where a ticket is known elsewhere, handing it on, and deciding where the two differ."""

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.actions.hand_on import hand_on
from integrations.actions.linking import unlink_by_hand
from integrations.actions.settle import settle_disagreement
from integrations.api import serializers as shapes
from integrations.models import Connection, Disagreement, ExternalLink
from integrations.permissions import require
from tickets.api.schema import describe
from tickets.api.views import ApiView, find, only, wanted

TAG = "Integrations"


class TicketExternalLinksView(ApiView):
    def rows(self) -> QuerySet[ExternalLink]:
        """Raises NotAllowed."""
        require(self.user, "integration.view")
        rows = ExternalLink.objects.visible_to(self.user).select_related("connection")
        return rows.prefetch_related("disagreements")

    @describe("List a ticket's records elsewhere", tag=TAG, gives=shapes.ExternalLinkSerializer(many=True))
    def get(self, request: Request, reference: str) -> Response:
        """For support staff."""
        ticket = self.ticket(reference)
        return Response([shapes.link_shape(row) for row in self.rows().filter(ticket=ticket)])

    @describe("Hand a ticket on", tag=TAG, takes=shapes.HandOnSerializer, gives=shapes.DeliverySerializer, status=202)
    def post(self, request: Request, reference: str) -> Response:
        """Has a record made for it in another system; 409 where it is known there. For support staff."""
        ticket = self.ticket(reference)
        body = only(self.body, "connection")
        connection = wanted(body, Connection.objects.visible_to(self.user), "connection", "connection")
        row = hand_on(ticket=ticket, connection=connection, by=self.user)
        return Response(shapes.delivery_shape(row), status=202)


class ExternalLinkView(ApiView):
    @describe("Unlink a ticket's record elsewhere", tag=TAG, gives=None, status=204)
    def delete(self, request: Request, reference: str, pk: int) -> Response:
        """Both stay as they are, and neither hears of the other's changes any more. For support staff."""
        ticket = self.ticket(reference)
        rows = ExternalLink.objects.visible_to(self.user).filter(ticket=ticket)
        unlink_by_hand(link=find(rows, "link", pk=pk), by=self.user, via=self.via)
        return Response(status=204)


class SettleView(ApiView):
    @describe("Decide between two values", tag=TAG, takes=shapes.SettleSerializer, gives=shapes.DisagreementSerializer)
    def post(self, request: Request, reference: str, pk: int) -> Response:
        """Keep ours, and tell the other side; or take theirs. For support staff."""
        ticket = self.ticket(reference)
        body = only(self.body, "keep")
        row: Disagreement = find(Disagreement.objects.filter(link__ticket=ticket), "disagreement", pk=pk)
        keep = str(body.get("keep", ""))
        return Response(
            shapes.disagreement_shape(settle_disagreement(disagreement=row, by=self.user, via=self.via, keep=keep))
        )
