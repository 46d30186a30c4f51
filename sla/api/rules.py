"""Escalation rules: who hears of a promise in danger, and what is done about it."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from sla.actions.rules import RULE, remove_rule, save_rule
from sla.api import rule_serializers as shapes
from sla.models import EscalationRule
from sla.permissions import require
from tickets.api import pages
from tickets.api.people import Q_PARAMETER, named
from tickets.api.schema import describe, page_of, paged, parameter
from tickets.api.views import ApiView, find
from tickets.errors import Invalid
from tickets.fields import whole_number

TAG = "Service levels"
ORDERINGS = {"level": "level", "name": "name", "threshold": "threshold", "id": "id"}
POLICY = parameter("policy", "A policy's id: the rules for it alone, without those for all.", int)


class RulesView(ApiView):
    def rows(self) -> QuerySet[EscalationRule]:
        """Support staff see them. Raises NotAllowed."""
        require(self.user, "sla.view")
        return EscalationRule.objects.select_related("policy", "notify_person", "reassign_to", "quiet_calendar")

    def rule(self, pk: int) -> EscalationRule:
        found: EscalationRule = find(self.rows(), "escalation rule", pk=pk)
        return found

    @describe(
        "List escalation rules",
        tag=TAG,
        gives=page_of(shapes.RuleSerializer),
        parameters=[*paged(ORDERINGS), Q_PARAMETER, POLICY],
    )
    def get(self, request: Request) -> Response:
        """From the first level up. For support staff."""
        rows = named(request, self.rows(), "name")
        if "policy" in request.query_params:
            rows = rows.filter(policy=whole_number(request.query_params["policy"], "policy"))
        return pages.page(
            request, rows, shapes.rule_shape, orderings=ORDERINGS, default="level", filters=["q", "policy"]
        )

    @describe(
        "Add an escalation rule", tag=TAG, takes=shapes.RuleWriteSerializer, gives=shapes.RuleSerializer, status=201
    )
    def post(self, request: Request) -> Response:
        """It looks at what is reached from now on, on open tickets too. Levels that lead in a circle are refused. Managers and admins."""
        return Response(shapes.rule_shape(save_rule(by=self.user, fields=self.body)), status=201)


class RuleView(RulesView):
    http_method_names = ["get", "put", "patch", "delete", "head", "options"]

    @describe("Read an escalation rule", tag=TAG, gives=shapes.RuleSerializer)
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """For support staff."""
        return Response(shapes.rule_shape(self.rule(pk)))

    @describe("Replace an escalation rule", tag=TAG, takes=shapes.RuleWriteSerializer, gives=shapes.RuleSerializer)
    def put(self, request: Request, pk: int) -> Response:
        """What is left out is as in a new rule. Managers and admins."""
        if "name" not in self.body:
            raise Invalid({"name": ["This field is required."]})
        return self._save(pk, {**_as_new(), **self.body})

    @describe(
        "Change an escalation rule",
        tag=TAG,
        takes=shapes.RuleWriteSerializer(partial=True),
        gives=shapes.RuleSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        """It looks at what is reached from now on. Managers and admins."""
        return self._save(pk, self.body)

    @describe("Delete an escalation rule", tag=TAG, status=204)
    def delete(self, request: Request, pk: int) -> Response:
        """Unless a higher level follows after it; what it did stays in the log. Managers and admins."""
        remove_rule(by=self.user, rule=self.rule(pk))
        return Response(status=204)

    def _save(self, pk: int, fields: dict[str, Any]) -> Response:
        return Response(shapes.rule_shape(save_rule(by=self.user, fields=fields, rule=self.rule(pk))))


def _as_new() -> dict[str, Any]:
    """Return what each field of a rule is where nobody says."""
    return {name: EscalationRule._meta.get_field(name).get_default() for name in RULE}  # type: ignore[union-attr]
