"""Users, organizations, teams and technicians as JSON."""

from typing import Any

from rest_framework import serializers

from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.choices import Role, Theme, TicketScope, Tier
from tickets.models import Organization, Team, Technician, User


class UserSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    username = serializers.CharField()
    email = serializers.EmailField()
    name = serializers.CharField()
    role = serializers.ChoiceField(Role.choices)
    organization = ReferenceSerializer(allow_null=True)
    is_active = serializers.BooleanField()


class MeSerializer(UserSerializer):
    roles = serializers.ListField(
        child=serializers.ChoiceField(Role.choices), help_text="Your role and those it includes."
    )
    ticket_scope = serializers.ChoiceField(TicketScope.choices)
    time_zone = serializers.CharField()
    theme = serializers.ChoiceField(Theme.choices)
    signature = serializers.CharField()
    date_joined = serializers.DateTimeField()


class MeWriteSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(required=False, max_length=150)
    username = serializers.CharField(required=False, max_length=150)
    time_zone = serializers.CharField(required=False, help_text="As in Europe/Berlin.")
    theme = serializers.ChoiceField(Theme.choices, required=False)
    signature = serializers.CharField(required=False, max_length=2_000, help_text="Markdown.")


def user_shape(user: User) -> Shape:
    organization = user.organization
    return {
        "id": user.pk,
        "username": user.username,
        "email": user.email,
        "name": user.display_name,
        "role": user.role,
        "organization": organization and {"id": organization.pk, "name": organization.name},
        "is_active": user.is_active,
    }


def me_shape(user: User) -> Shape:
    ranks = list(Role.values)
    return {
        **user_shape(user),
        "roles": ranks[ranks.index(user.role) :],
        "ticket_scope": user.ticket_scope,
        "time_zone": user.time_zone,
        "theme": user.theme,
        "signature": user.signature,
        "date_joined": user.date_joined,
    }


class OrganizationWriteSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    tier = serializers.ChoiceField(Tier.choices, required=False)
    time_zone = serializers.CharField(required=False)
    notes = serializers.CharField(required=False)
    domains = serializers.ListField(child=serializers.CharField(), required=False)
    is_active = serializers.BooleanField(required=False)


class OrganizationSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    tier = serializers.ChoiceField(Tier.choices)
    time_zone = serializers.CharField()
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    domains = serializers.ListField(child=serializers.CharField(), required=False, help_text="For support staff.")
    notes = serializers.CharField(required=False, help_text="For support staff.")


def organization_shape(organization: Organization, viewer: User) -> Shape:
    shape = {
        "id": organization.pk,
        "name": organization.name,
        "tier": organization.tier,
        "time_zone": organization.time_zone,
        "is_active": organization.is_active,
        "created_at": organization.created_at,
    }
    if viewer.is_support_staff:
        shape["domains"] = [domain.domain for domain in organization.domains.all()]
        shape["notes"] = organization.notes
    return shape


class TeamWriteSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    description = serializers.CharField(required=False)
    lead = serializers.IntegerField(required=False, allow_null=True)
    is_active = serializers.BooleanField(required=False)


class TeamSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    lead = ReferenceSerializer(allow_null=True)
    members = ReferenceSerializer(many=True)
    is_active = serializers.BooleanField()


def team_shape(team: Team) -> Shape:
    return {
        "id": team.pk,
        "name": team.name,
        "description": team.description,
        "lead": team.lead and {"id": team.lead.pk, "name": team.lead.display_name},
        "members": [{"id": one.user.pk, "name": one.user.display_name} for one in team.technicians.all()],
        "is_active": team.is_active,
    }


class SkillSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField()
    proficiency = serializers.IntegerField(min_value=1, max_value=10)
    certifications = serializers.ListField(child=serializers.CharField(), required=False)


class WindowSerializer(serializers.Serializer[Any]):
    weekday = serializers.IntegerField(min_value=0, max_value=6, help_text="0 is Monday.")
    starts = serializers.RegexField(r"^\d\d:\d\d$", help_text="`09:00`, in the technician's zone.")
    ends = serializers.RegexField(r"^\d\d:\d\d$", help_text="`17:30`, the same day.")


class TimeOffSerializer(serializers.Serializer[Any]):
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    reason = serializers.CharField(required=False)


class TechnicianChangeSerializer(serializers.Serializer[Any]):
    max_load = serializers.IntegerField(required=False, min_value=1, max_value=1000)
    teams = serializers.ListField(child=serializers.IntegerField(), required=False)
    skills = SkillSerializer(many=True, required=False)
    availability = WindowSerializer(many=True, required=False)
    time_off = TimeOffSerializer(many=True, required=False)


class TechnicianWriteSerializer(TechnicianChangeSerializer):
    user = serializers.IntegerField()


class TechnicianSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    user = ReferenceSerializer()
    email = serializers.EmailField()
    is_active = serializers.BooleanField()
    time_zone = serializers.CharField()
    teams = ReferenceSerializer(many=True)
    load = serializers.IntegerField(help_text="Unresolved tickets now.")
    max_load = serializers.IntegerField()
    skills = SkillSerializer(many=True)
    availability = WindowSerializer(many=True)
    time_off = TimeOffSerializer(many=True)


def technician_shape(technician: Technician) -> Shape:
    """Needs `with_load()`."""
    user = technician.user
    return {
        "id": technician.pk,
        "user": {"id": user.pk, "name": user.display_name},
        "email": user.email,
        "is_active": user.is_active,
        "time_zone": user.time_zone,
        "teams": [{"id": team.pk, "name": team.name} for team in technician.teams.all()],
        "load": technician.load,  # type: ignore[attr-defined]
        "max_load": technician.max_load,
        "skills": [
            {"skill": one.skill.name, "proficiency": one.proficiency, "certifications": one.certifications}
            for one in technician.skills.all()
        ],
        "availability": [
            {"weekday": one.weekday, "starts": f"{one.starts:%H:%M}", "ends": f"{one.ends:%H:%M}"}
            for one in technician.availability.all()
        ],
        "time_off": [
            {"first_day": one.first_day.isoformat(), "last_day": one.last_day.isoformat(), "reason": one.reason}
            for one in technician.time_off.all()
        ],
    }
