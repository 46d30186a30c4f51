"""How single technicians do."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from sla.api import report_serializers as shapes
from sla.api.fresh import kept
from sla.api.periods import PERIOD, Period
from sla.api.reports import TAG
from sla.permissions import require
from sla.report_rows import performance_rows
from sla.reports import Performance, performance_of, trend_of
from tickets.api.schema import IF_NONE_MATCH, describe
from tickets.api.views import ApiView, find, reference
from tickets.models import Technician


class PerformanceView(ApiView):
    @describe(
        "Read a technician's performance",
        tag=TAG,
        gives=shapes.PerformanceSerializer,
        parameters=[*PERIOD, IF_NONE_MATCH],
    )
    def get(self, request: Request, pk: int) -> Response:
        """On the tickets that the technician has and resolved in the period. Your own, or anybody's for managers.

        The trend compares with the period before: 5 points of compliance make it, where both decided at least 5 promises.
        """
        require(self.user, "sla.view")
        technician: Technician = find(Technician.objects.select_related("user"), "technician", pk=pk)
        require(self.user, "sla.performance", technician.user)
        now = timezone.now()
        period = Period.read(request, self.user, now)
        body, tag = kept(self.user, f"{pk} {period}", now, lambda: _shape(technician, period, now))
        if request.headers.get("If-None-Match") == tag:
            return Response(status=304, headers={"ETag": tag})
        return Response(body, headers={"ETag": tag})


def _shape(technician: Technician, period: Period, now: datetime) -> dict[str, Any]:
    done, before = _performance(technician, period, now), _performance(technician, period.before, now)
    return {
        "technician": reference(technician),
        "technician_id": technician.pk,
        "technician_name": technician.user.display_name,
        "period_start": period.start,
        "period_end": period.end,
        "total_tickets": done.resolved,
        "sla_compliant_tickets": done.compliant,
        "compliance_rate": done.compliance,
        "breach_count": done.breached,
        "waived_count": done.waived,
        "average_response_time": done.response.total_seconds() if done.response is not None else None,
        "average_resolution_time": done.resolution.total_seconds() if done.resolution is not None else None,
        "performance_trend": trend_of(done, before),
    }


def _performance(technician: Technician, period: Period, now: datetime) -> Performance:
    return performance_of(*performance_rows(technician.user, period.start, period.end, now))
