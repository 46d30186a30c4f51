"""Policies: what is promised to whom."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from sla.actions.policies import preview_policy_edit, remove_policy, save_policy
from sla.api import policy_serializers as shapes
from sla.models import Policy, PolicyVersion
from sla.permissions import require
from tickets.api import pages
from tickets.api.people import Q_PARAMETER, named
from tickets.api.schema import describe, page_of, paged
from tickets.api.views import ApiView, find

TAG = "Service levels"
BY_NAME = {"name": "name", "id": "id"}
BY_NUMBER = {"number": "number"}
ASKED = ("scope", "since")


class PoliciesView(ApiView):
    def rows(self) -> QuerySet[Policy]:
        """Support staff see them. Raises NotAllowed."""
        require(self.user, "sla.view")
        return Policy.objects.with_latest()

    def policy(self, pk: int) -> Policy:
        found: Policy = find(self.rows(), "policy", pk=pk)
        return found

    def edit(self) -> Mapping[str, Any]:
        """What the body says of an edit: its fields, and for whom it is."""
        fields = {name: value for name, value in self.body.items() if name not in ASKED}
        return {"by": self.user, "fields": fields} | {name: self.body[name] for name in ASKED if name in self.body}

    @describe(
        "List policies", tag=TAG, gives=page_of(shapes.PolicySerializer), parameters=[*paged(BY_NAME), Q_PARAMETER]
    )
    def get(self, request: Request) -> Response:
        """For support staff."""
        rows = named(request, self.rows(), "name")
        return pages.page(request, rows, shapes.policy_shape, orderings=BY_NAME, default="name", filters=["q"])

    @describe("Add a policy", tag=TAG, takes=shapes.PolicyWriteSerializer, gives=shapes.PolicySerializer, status=201)
    def post(self, request: Request) -> Response:
        """Managers and admins. `scope` says for which tickets it holds: new ones unless told otherwise."""
        return Response(shapes.policy_shape(save_policy(**self.edit())), status=201)


class PolicyView(PoliciesView):
    http_method_names = ["get", "patch", "delete", "head", "options"]

    @describe("Read a policy", tag=TAG, gives=shapes.PolicySerializer)
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """For support staff."""
        return Response(shapes.policy_shape(self.policy(pk)))

    @describe(
        "Edit a policy",
        tag=TAG,
        takes=shapes.PolicyWriteSerializer(partial=True),
        gives=shapes.PolicySerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Makes a new version; `scope` says for which tickets. Managers and admins."""
        return Response(shapes.policy_shape(save_policy(policy=self.policy(pk), **self.edit())))

    @describe("Delete a policy", tag=TAG, status=204)
    def delete(self, request: Request, pk: int) -> Response:
        """One that never promised anything. Managers and admins."""
        remove_policy(by=self.user, policy=self.policy(pk))
        return Response(status=204)


class PolicyVersionsView(PoliciesView):
    http_method_names = ["get", "head", "options"]

    @describe(
        "List a policy's versions", tag=TAG, gives=page_of(shapes.PolicyVersionSerializer), parameters=paged(BY_NUMBER)
    )
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """Newest first. For support staff."""
        rows = PolicyVersion.objects.filter(policy=self.policy(pk)).select_related("made_by", "calendar")
        return pages.page(request, rows, shapes.policy_version_shape, orderings=BY_NUMBER, default="-number")


class PolicyPreviewView(PoliciesView):
    http_method_names = ["post", "options"]

    @describe("Preview a new policy", tag=TAG, takes=shapes.PolicyWriteSerializer, gives=shapes.ImpactSerializer)
    def post(self, request: Request) -> Response:
        """What adding it would do to open tickets; writes nothing. Managers and admins."""
        return Response(shapes.impact_shape(preview_policy_edit(**self.edit())))


class PolicyEditPreviewView(PoliciesView):
    http_method_names = ["post", "options"]

    @describe(
        "Preview a policy's edit",
        tag=TAG,
        takes=shapes.PolicyWriteSerializer(partial=True),
        gives=shapes.ImpactSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """What the edit would do to open tickets; writes nothing. Managers and admins."""
        return Response(shapes.impact_shape(preview_policy_edit(policy=self.policy(pk), **self.edit())))
