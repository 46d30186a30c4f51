"""Who else is told of which events."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from integrations.actions.routes import OF_TICKETS, ROUTE, problems_of, remove_route, save_route
from integrations.models import Route
from tickets.admin.base import ConfiguredAdmin, ModelForm, actor, display


class RouteForm(ModelForm):
    kinds = forms.MultipleChoiceField(
        label="What happens", choices=[(kind, kind.label) for kind in OF_TICKETS], widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Route
        fields = list(ROUTE)

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            for field, texts in problems_of(cleaned).items():
                self.add_error(field, texts)
        return cleaned


@admin.register(Route)
class RouteAdmin(ConfiguredAdmin):
    form = RouteForm
    list_display = [
        "name",
        "kind_labels",
        "team",
        "organization",
        "least_priority",
        "threshold",
        "leads_to",
        "is_active",
    ]
    list_filter = ["is_active", "connection"]
    search_fields = ["name"]
    list_select_related = ["team", "organization", "person", "to_team", "connection"]
    autocomplete_fields = ["organization", "person"]
    fieldsets = [
        (None, {"fields": [("name", "is_active"), "kinds"]}),
        ("Of which tickets", {"fields": ["team", "organization", ("least_priority", "threshold")]}),
        ("Who is told besides those whom it concerns", {"fields": ["person", "to_team", ("connection", "channel")]}),
    ]

    @display(description="Leads to")
    def leads_to(self, route: Route) -> str:
        place = f"{route.connection} {route.channel}".strip() if route.connection else ""
        return ", ".join(str(one) for one in (route.person, route.to_team, place) if one)

    def save_model(self, request: HttpRequest, obj: Route, form: Any, change: bool) -> None:
        kept = Route.objects.get(pk=obj.pk) if change else None
        obj.pk = save_route(by=actor(request), fields=form.cleaned_data, route=kept).pk

    def delete_model(self, request: HttpRequest, obj: Route) -> None:
        remove_route(by=actor(request), route=obj)
