"""Breaches: listed, acknowledged, waived."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from sla.actions.acknowledge import acknowledge_breach
from sla.actions.waive import revoke_waiver, waive_breaches
from sla.api import breach_serializers as shapes
from sla.choices import BreachState, Metric
from sla.models import Breach, Waiver
from sla.models.breach import BreachQuerySet
from sla.permissions import require
from tickets.api import pages
from tickets.api.schema import describe, page_of, paged, parameter
from tickets.api.views import ApiView, find
from tickets.errors import Invalid
from tickets.fields import choice, moment, whole_number

TAG = "Service levels"
BY_TIME = {"breached_at": "reached_at", "id": "id"}
BY_ID = {"id": "id"}
IDS = {
    "ticket": "ticket",
    "organization": "organization",
    "policy": "policy_version__policy",
    "technician": "technician",
}
TIMES = {"since": "reached_at__gte", "until": "reached_at__lt"}
FILTERS = [
    *(parameter(name, "An id.", int) for name in IDS),
    parameter("metric", "", enum=Metric.values),
    parameter("state", "", enum=BreachState.values),
    parameter("since", "Breached from then on."),
    parameter("until", "Breached before then."),
]
NAMES = (*IDS, *TIMES, "metric", "state")


def filtered(rows: BreachQuerySet, given: Any) -> BreachQuerySet:
    """Keep what the query parameters ask for. Raises Invalid."""
    for name, column in IDS.items():
        if name in given:
            rows = rows.filter(**{column: whole_number(given[name], name)})
    try:
        name = "metric"
        if name in given:
            rows = rows.filter(metric=choice(given[name], Metric))
        name = "state"
        if name in given:
            rows = rows.in_state(choice(given[name], BreachState))
        for name, column in TIMES.items():
            if name in given:
                rows = rows.filter(**{column: moment(given[name], None)})  # type: ignore[arg-type]  # reads no actor
    except ValueError as error:
        raise Invalid({name: [str(error)]}) from None
    return rows


class BreachesView(ApiView):
    def rows(self) -> BreachQuerySet:
        """Support staff see them. Raises NotAllowed."""
        require(self.user, "sla.view")
        return Breach.objects.visible_to(self.user).with_names()

    @describe("List breaches", tag=TAG, gives=page_of(shapes.BreachSerializer), parameters=[*paged(BY_TIME), *FILTERS])
    def get(self, request: Request) -> Response:
        """Of the tickets you see, the latest first. For support staff."""
        rows = filtered(self.rows(), request.query_params)
        return pages.page(request, rows, shapes.breach_shape, orderings=BY_TIME, default="-breached_at", filters=NAMES)


class BreachView(BreachesView):
    http_method_names = ["get", "head", "options"]

    @describe("Read a breach", tag=TAG, gives=shapes.BreachSerializer)
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """For support staff."""
        return Response(shapes.breach_shape(find(self.rows(), "breach", pk=pk)))


class AcknowledgeView(BreachesView):
    http_method_names = ["post", "options"]

    @describe("Acknowledge a breach", tag=TAG, gives=shapes.BreachSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """You have seen it: levels of escalation that have not come yet stay away. Doing it twice changes nothing."""
        breach = acknowledge_breach(breach=find(self.rows(), "breach", pk=pk), by=self.user, via=self.via)
        return Response(shapes.breach_shape(breach))


class WaiversView(ApiView):
    def rows(self) -> QuerySet[Waiver]:
        """Support staff see them. Raises NotAllowed."""
        require(self.user, "sla.view")
        return Waiver.objects.select_related("made_by", "revoked_by")

    @describe("List waivers", tag=TAG, gives=page_of(shapes.WaiverSerializer), parameters=paged(BY_ID))
    def get(self, request: Request) -> Response:
        """Newest first, with those that were taken back. For support staff."""
        return pages.page(request, self.rows(), shapes.waiver_shape, orderings=BY_ID, default="-id")

    @describe("Waive breaches", tag=TAG, takes=shapes.WaiverWriteSerializer, gives=shapes.WaiverSerializer, status=201)
    def post(self, request: Request) -> Response:
        """Forgives the breaches that meet all conditions: `breaches`, or a period with `since` and `until`. Managers and admins."""
        return Response(shapes.waiver_shape(waive_breaches(by=self.user, via=self.via, fields=self.body)), status=201)


class WaiverView(WaiversView):
    http_method_names = ["get", "head", "options"]

    @describe("Read a waiver", tag=TAG, gives=shapes.WaiverSerializer)
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """For support staff."""
        return Response(shapes.waiver_shape(find(self.rows(), "waiver", pk=pk)))


class WaiverRevokeView(WaiversView):
    http_method_names = ["post", "options"]

    @describe("Revoke a waiver", tag=TAG, gives=shapes.WaiverSerializer)
    def post(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """Its breaches count again; it stays on record. Managers and admins."""
        waiver = revoke_waiver(waiver=find(self.rows(), "waiver", pk=pk), by=self.user, via=self.via)
        return Response(shapes.waiver_shape(waiver))
