"""How good the advice is, for programs. Managers and admins."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from ai.api import quality_serializers as shapes
from ai.permissions import require
from ai.quality.report import PERIODS, USUAL, report
from tickets.api.schema import describe, parameter
from tickets.api.views import ApiView
from tickets.errors import Invalid

DAYS = parameter("days", f"One of {', '.join(map(str, PERIODS))}; {USUAL} unless told.", int)


class QualityView(ApiView):
    @describe("Read how good the advice is", tag="Advice", gives=shapes.AdviceQualitySerializer, parameters=[DAYS])
    def get(self, request: Request) -> Response:
        """Every advisor, of all versions together (`version` is null) and of each; whom sorting serves how well. Null where there are
        too few cases to tell."""
        require(self.user, "ai.watch")
        told = report(reader=self.user, days=_days(request.query_params), now=timezone.now())
        return Response(shapes.report_shape(told))


def _days(query: Any) -> int:
    value = query.get("days", str(USUAL))
    if value not in map(str, PERIODS):
        raise Invalid({"days": [f"Choose one of {', '.join(map(str, PERIODS))}."]})
    return int(value)
