"""Who takes what, for programs: the plan, and giving it out."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ai.actions.dispatch import apply_plan, propose_plan
from ai.api.triage_serializers import ReasonSerializer
from ai.choices import PlanState
from ai.dispatch import desk, people
from ai.dispatch.capacity import Day
from ai.models import DispatchPlan
from tickets.api.schema import describe
from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.api.views import ApiView, flag, only
from tickets.models.ticket import reference_of

TAG = "Advice"


class OptimizeSerializer(serializers.Serializer[Any]):
    apply = serializers.BooleanField(required=False, help_text="Give the tickets out at once; false unless told.")


class AssignmentSerializer(serializers.Serializer[Any]):
    ticket_id = serializers.IntegerField()
    reference = serializers.CharField()
    technician = ReferenceSerializer(allow_null=True, help_text="null: the ticket waits on; the reason says why.")
    points = serializers.FloatField()
    reasons = ReasonSerializer(many=True)


class CapacitySerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    hours = serializers.FloatField(help_text="On shift.")
    expected_hours = serializers.FloatField(help_text="Of work expected to come in.")
    backlog_hours = serializers.FloatField(help_text="Left over in the evening.")


class PlanSerializer(serializers.Serializer[Any]):
    plan_id = serializers.IntegerField()
    state = serializers.ChoiceField(PlanState.choices)
    assignments = AssignmentSerializer(many=True)
    given = serializers.ListField(child=serializers.IntegerField(), help_text="Tickets that were given out.")
    kept_back = serializers.DictField(child=serializers.CharField(), help_text="Ticket → why it was not.")
    capacity = CapacitySerializer(many=True)


class OptimizeWorkloadView(ApiView):
    @describe("Plan who takes what", tag=TAG, takes=OptimizeSerializer, gives=PlanSerializer)
    def post(self, request: Request) -> Response:
        """The waiting tickets you see, each to the person with whom all together are served best. Managers and admins."""
        body, now = only(self.body, "apply"), timezone.now()
        wants_apply = flag(body, "apply")
        plan = propose_plan(by=self.user, now=now)
        if wants_apply:
            plan = apply_plan(plan=plan, by=self.user, via=self.via, now=now)
        return Response(plan_shape(plan) | {"capacity": _capacity(desk.week_for(self.user, now).days)})


def plan_shape(plan: DispatchPlan) -> Shape:
    names = people.names_of(row["worker"] for row in plan.placements if row["worker"])
    return {
        "plan_id": plan.pk,
        "state": plan.state,
        "assignments": [
            {
                "ticket_id": row["ticket"],
                "reference": reference_of(row["ticket"]),
                "technician": {"id": row["worker"], "name": names.get(row["worker"], "")} if row["worker"] else None,
                "points": row["points"],
                "reasons": row["terms"],
            }
            for row in plan.placements
        ],
        "given": plan.outcome.get("given", []),
        "kept_back": plan.outcome.get("kept_back", {}),
    }


def _capacity(days: list[Day]) -> list[Shape]:
    return [
        {"day": one.day, "hours": one.hours, "expected_hours": one.expected, "backlog_hours": one.backlog}
        for one in days
    ]
