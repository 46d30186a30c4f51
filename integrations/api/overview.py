"""How connections and webhooks stand, over the API."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.permissions import require
from integrations.standing import Standing, overview
from tickets.api.schema import describe
from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.api.views import ApiView, reference


class StandingSerializer(serializers.Serializer[Any]):
    of = ReferenceSerializer(help_text="The connection or webhook.")
    system = serializers.CharField(help_text="The provider; the host of a webhook's address.")
    state = serializers.CharField(help_text="As people read it.")
    failing_since = serializers.DateTimeField(allow_null=True)
    trouble = serializers.CharField(allow_blank=True, help_text="What was wrong the last time.")
    resting = serializers.FloatField(help_text="For how many seconds nobody asks.")
    waiting = serializers.IntegerField()
    oldest = serializers.DateTimeField(allow_null=True, help_text="Since when the oldest has waited.")
    stuck = serializers.IntegerField(help_text="What nobody tries any more.")
    put_aside = serializers.IntegerField(help_text="Rows of its answers that could not be read.")


class OverviewSerializer(serializers.Serializer[Any]):
    connections = StandingSerializer(many=True)
    hooks = StandingSerializer(many=True)


def standing_shape(one: Standing) -> Shape:
    return {
        "of": reference(one.row),
        "system": one.row.label,
        "state": one.state[1],
        "failing_since": one.row.failing_since,
        "trouble": one.trouble,
        "resting": one.resting,
        "waiting": one.waiting,
        "oldest": one.oldest,
        "stuck": one.stuck,
        "put_aside": one.put_aside,
    }


class OverviewView(ApiView):
    http_method_names = ["get", "head", "options"]

    @describe("How other systems stand", tag="Integrations", gives=OverviewSerializer)
    def get(self, request: Request) -> Response:
        """Health, circuit, lag and what is stuck, of every connection and webhook out. Managers and admins."""
        require(self.user, "integration.manage")
        found = overview(timezone.now())
        lists = {"connections": found.connections, "hooks": found.hooks}
        return Response({name: [standing_shape(one) for one in rows] for name, rows in lists.items()})
