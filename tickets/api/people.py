"""People: the caller, users, organizations, teams and technicians."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from tickets.actions.desk import save_organization, save_team
from tickets.actions.people import OWN_FIELDS, update_profile
from tickets.actions.technicians import add_technician, change_technician
from tickets.api import pages
from tickets.api.schema import describe, page_of, paged, parameter
from tickets.api.serializers import people as shapes
from tickets.api.views import ApiView, find, only, wanted
from tickets.fields import whole_number
from tickets.models import Organization, Team, Technician, User
from tickets.permissions import require

BY_NAME = {"name": "name", "id": "id"}
BY_ID = {"id": "id"}
Q_PARAMETER = parameter("q", "Part of the name.")
TAG = "People"


def named(request: Request, rows: QuerySet[Any], *fields: str) -> QuerySet[Any]:
    """Narrow by `?q=`, a part of any of the fields."""
    words = request.query_params.get("q", "").replace("\x00", "").strip()[:100]
    match = Q()
    for field in fields:
        match |= Q(**{f"{field}__icontains": words})
    return rows.filter(match) if words else rows


class MeView(ApiView):
    @describe("Read who you are", tag=TAG, gives=shapes.MeSerializer)
    def get(self, request: Request) -> Response:
        return Response(shapes.me_shape(self.user))

    @describe("Change your preferences", tag=TAG, takes=shapes.MeWriteSerializer, gives=shapes.MeSerializer)
    def patch(self, request: Request) -> Response:
        body = only(self.body, *sorted(OWN_FIELDS))
        return Response(shapes.me_shape(update_profile(user=self.user, by=self.user, changes=body)))


class UsersView(ApiView):
    @describe("List users", tag=TAG, gives=page_of(shapes.UserSerializer), parameters=[*paged(BY_NAME), Q_PARAMETER])
    def get(self, request: Request) -> Response:
        """For support staff: to find the id of a requester or an assignee."""
        require(self.user, "people.view")
        rows = named(
            request, User.objects.visible_to(self.user).select_related("organization"), "name", "email", "username"
        )
        return pages.page(request, rows, shapes.user_shape, orderings=BY_NAME, default="name", filters=["q"])


class UserView(ApiView):
    @describe("Read a user", tag=TAG, gives=shapes.UserSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Yourself; for support staff, anybody."""
        if pk != self.user.pk:
            require(self.user, "people.view")
        return Response(shapes.user_shape(find(User.objects.visible_to(self.user), "user", pk=pk)))


class OrganizationsView(ApiView):
    def rows(self) -> QuerySet[Organization]:
        return Organization.objects.visible_to(self.user).prefetch_related("domains")

    def shape(self, organization: Organization) -> dict[str, Any]:
        return shapes.organization_shape(organization, self.user)

    @describe(
        "List organizations",
        tag=TAG,
        gives=page_of(shapes.OrganizationSerializer),
        parameters=[*paged(BY_NAME), Q_PARAMETER],
    )
    def get(self, request: Request) -> Response:
        """A requester sees the own one."""
        rows = named(request, self.rows(), "name")
        return pages.page(request, rows, self.shape, orderings=BY_NAME, default="name", filters=["q"])

    @describe(
        "Add an organization",
        tag=TAG,
        takes=shapes.OrganizationWriteSerializer,
        gives=shapes.OrganizationSerializer,
        status=201,
    )
    def post(self, request: Request) -> Response:
        """Managers and admins."""
        organization = save_organization(by=self.user, fields=self.body)
        return Response(self.shape(organization), status=201)


class OrganizationView(OrganizationsView):
    http_method_names = ["get", "patch", "delete", "head", "options"]

    @describe("Read an organization", tag=TAG, gives=shapes.OrganizationSerializer)
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        return Response(self.shape(find(self.rows(), "organization", pk=pk)))

    @describe(
        "Change an organization",
        tag=TAG,
        takes=shapes.OrganizationWriteSerializer(partial=True),
        gives=shapes.OrganizationSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Managers and admins."""
        organization = find(self.rows(), "organization", pk=pk)
        save_organization(by=self.user, fields=self.body, organization=organization)
        return Response(self.shape(find(self.rows(), "organization", pk=pk)))

    @describe("Deactivate an organization", tag=TAG, status=204)
    def delete(self, request: Request, pk: int) -> Response:
        """Its tickets stay. Managers and admins."""
        save_organization(
            by=self.user, fields={"is_active": False}, organization=find(self.rows(), "organization", pk=pk)
        )
        return Response(status=204)


class TeamsView(ApiView):
    def rows(self) -> QuerySet[Team]:
        members = Technician.objects.select_related("user")
        return Team.objects.select_related("lead").prefetch_related(Prefetch("technicians", members))

    @describe("List teams", tag=TAG, gives=page_of(shapes.TeamSerializer), parameters=[*paged(BY_NAME), Q_PARAMETER])
    def get(self, request: Request) -> Response:
        """For support staff."""
        require(self.user, "people.view")
        rows = named(request, self.rows(), "name")
        return pages.page(request, rows, shapes.team_shape, orderings=BY_NAME, default="name", filters=["q"])

    @describe("Add a team", tag=TAG, takes=shapes.TeamWriteSerializer, gives=shapes.TeamSerializer, status=201)
    def post(self, request: Request) -> Response:
        """Managers and admins."""
        return Response(shapes.team_shape(save_team(by=self.user, fields=self.body)), status=201)


class TeamView(TeamsView):
    http_method_names = ["get", "patch", "delete", "head", "options"]

    @describe("Read a team", tag=TAG, gives=shapes.TeamSerializer)
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        require(self.user, "people.view")
        return Response(shapes.team_shape(find(self.rows(), "team", pk=pk)))

    @describe("Change a team", tag=TAG, takes=shapes.TeamWriteSerializer(partial=True), gives=shapes.TeamSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Managers and admins."""
        save_team(by=self.user, fields=self.body, team=find(self.rows(), "team", pk=pk))
        return Response(shapes.team_shape(find(self.rows(), "team", pk=pk)))

    @describe("Deactivate a team", tag=TAG, status=204)
    def delete(self, request: Request, pk: int) -> Response:
        """Managers and admins."""
        save_team(by=self.user, fields={"is_active": False}, team=find(self.rows(), "team", pk=pk))
        return Response(status=204)


class TechniciansView(ApiView):
    def rows(self) -> QuerySet[Technician]:
        rows = Technician.objects.with_load().select_related("user")
        return rows.prefetch_related("teams", "skills__skill", "availability", "time_off")

    def answer(self, pk: int, status: int = 200) -> Response:
        return Response(shapes.technician_shape(find(self.rows(), "technician", pk=pk)), status=status)

    @describe(
        "List technicians",
        tag=TAG,
        gives=page_of(shapes.TechnicianSerializer),
        parameters=[*paged(BY_ID), Q_PARAMETER, parameter("team", "The id of a team.", int)],
    )
    def get(self, request: Request) -> Response:
        """With skills, present load and availability. For support staff."""
        require(self.user, "people.view")
        rows = named(request, self.rows(), "user__name", "user__email")
        team = request.query_params.get("team")
        if team:
            rows = rows.filter(
                pk__in=Technician.teams.through.objects.filter(team=whole_number(team, "team")).values("technician")
            )
        return pages.page(request, rows, shapes.technician_shape, orderings=BY_ID, default="id", filters=["q", "team"])

    @describe(
        "Make a user a technician",
        tag=TAG,
        takes=shapes.TechnicianWriteSerializer,
        gives=shapes.TechnicianSerializer,
        status=201,
    )
    def post(self, request: Request) -> Response:
        """Managers and admins."""
        fields = {field: value for field, value in self.body.items() if field != "user"}
        require(self.user, "people.manage")
        user = wanted(self.body, User.objects.visible_to(self.user), "user", "user")
        return self.answer(add_technician(by=self.user, user=user, fields=fields).pk, 201)


class TechnicianView(TechniciansView):
    http_method_names = ["get", "patch", "head", "options"]

    @describe("Read a technician", tag=TAG, gives=shapes.TechnicianSerializer)
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        require(self.user, "people.view")
        return self.answer(pk)

    @describe(
        "Change a technician", tag=TAG, takes=shapes.TechnicianChangeSerializer, gives=shapes.TechnicianSerializer
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Skills, availability and time off are replaced as a whole. Managers and admins."""
        technician = find(Technician.objects.all(), "technician", pk=pk)
        change_technician(by=self.user, technician=technician, fields=self.body)
        return self.answer(pk)
