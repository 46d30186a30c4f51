"""Escalation rules, and what came of them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from sla.actions.rules import problems_of, remove_rule, save_rule
from sla.models import Escalation, EscalationRule
from tickets.admin.base import ZONES, ConfiguredAdmin, ModelForm, ReadOnlyAdmin, actor, display, page_link


class RuleForm(ModelForm):
    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own hook, which the stubs leave out
        if not self.errors:
            for field, texts in problems_of(self.instance).items():
                self.add_error(field, texts)


@admin.register(EscalationRule)
class RuleAdmin(ConfiguredAdmin):
    form = RuleForm
    list_display = ["name", "level", "threshold", "policy", "kind", "metric", "is_active"]
    list_filter = ["is_active", "policy", "metric"]
    search_fields = ["name"]
    list_select_related = ["policy"]
    autocomplete_fields = ["notify_person", "reassign_to"]
    fieldsets = [
        (None, {"fields": [("name", "is_active")]}),
        ("Which promises", {"fields": ["policy", ("kind", "metric")]}),
        ("When", {"fields": [("threshold", "level", "delay_minutes")]}),
        (
            "Who is told",
            {"fields": [("notify_assignee", "notify_lead", "notify_managers"), ("notify_person", "channel")]},
        ),
        ("What is done", {"fields": [("reassign_to", "raise_priority", "tag")]}),
        (
            "Quiet hours",
            {
                "fields": ["quiet_calendar", ("quiet_from", "quiet_until", "quiet_zone")],
                "description": "What is due in them waits until they end.",
            },
        ),
    ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "quiet_zone":
            field.help_text = f"An IANA time zone, like {ZONES[0][0]}."
        return field

    def save_model(self, request: HttpRequest, obj: EscalationRule, form: Any, change: bool) -> None:
        rule = save_rule(by=actor(request), fields=form.cleaned_data, rule=obj if change else None)
        obj.pk, obj.since = rule.pk, rule.since

    def delete_model(self, request: HttpRequest, obj: EscalationRule) -> None:
        remove_rule(by=actor(request), rule=obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        self.each(
            request, queryset.order_by("-level"), lambda rule: remove_rule(by=actor(request), rule=rule), "deleted"
        )


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin):
    list_display = ["clock", "page", "level", "percent", "rule", "state", "outcome", "due"]
    list_filter = ["outcome", "state", "level"]
    search_fields = ["=clock__ticket__id"]
    search_help_text = "Number of the ticket without T-."
    list_select_related = ["clock", "rule"]
    ordering = ["-pk"]
    exclude = ["lease", "woken_at", "leased_until"]

    @display(description="Ticket")
    def page(self, row: Escalation) -> Any:
        return page_link("ticket", row.clock.ticket_id, f"T-{row.clock.ticket_id}")
