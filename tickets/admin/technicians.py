"""Teams, technicians, what they can do and when they work."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from tickets.admin.base import ConfiguredAdmin, DeskAdmin, LinesField, ModelForm, Rows, display
from tickets.models import Availability, Skill, Team, Technician, TechnicianSkill, TimeOff, User


class SkillForm(ModelForm):
    certifications = LinesField(help_text="One on each line.")


class SkillRows(Rows):
    model = TechnicianSkill
    form = SkillForm
    autocomplete_fields = ["skill"]
    fields = ["skill", "proficiency", "certifications"]


class AvailabilityRows(Rows):
    model = Availability
    verbose_name_plural = "weekly availability"


class TimeOffRows(Rows):
    model = TimeOff


@admin.register(Technician)
class TechnicianAdmin(ConfiguredAdmin):
    list_display = ["user", "team_names", "load_of", "max_load"]
    list_filter = ["teams", "skills__skill"]
    search_fields = ["user__name", "user__email", "user__username"]
    autocomplete_fields = ["user", "teams"]
    inlines = [SkillRows, AvailabilityRows, TimeOffRows]
    fieldsets = [(None, {"fields": [("user", "max_load"), "teams"]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Technician]:
        rows = Technician.objects.with_load().select_related("user").prefetch_related("teams")
        return rows.order_by("user__name")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.support_staff()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @display(description="Teams")
    def team_names(self, technician: Technician) -> str:
        return ", ".join(team.name for team in technician.teams.all()) or "—"

    @display(description="Unresolved", ordering="load")
    def load_of(self, technician: Any) -> int:
        return int(technician.load)


@admin.register(Team)
class TeamAdmin(ConfiguredAdmin):
    list_display = ["name", "lead", "member_count", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name"]
    autocomplete_fields = ["lead"]
    list_select_related = ["lead"]
    fields = [("name", "lead"), "description", "is_active"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(member_count=Count("technicians"))  # type: ignore[no-any-return]

    @display(description="Technicians", ordering="member_count")
    def member_count(self, team: Any) -> int:
        return int(team.member_count)


@admin.register(Skill)
class SkillAdmin(DeskAdmin):
    list_display = ["name", "holder_count"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(holder_count=Count("technicians"))  # type: ignore[no-any-return]

    @display(description="Technicians", ordering="holder_count")
    def holder_count(self, skill: Any) -> int:
        return int(skill.holder_count)
