"""Rules, thresholds, and what became of suggestions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ai.choices import AdviceState
from ai.models import FieldSuggestion, SecondOpinion, Triage, TriageRule, TriageSetting
from tickets.admin.base import ConfiguredAdmin, LinesField, ModelForm, ReadOnlyAdmin, display, page_link

STATES = {
    AdviceState.OPEN: "info",
    AdviceState.APPLIED: "info",
    AdviceState.ACCEPTED: "success",
    AdviceState.CORRECTED: "danger",
    AdviceState.DISMISSED: "warning",
}


class RuleForm(ModelForm):
    words = LinesField(
        help_text="One word or phrase a line; one of them is enough. A * ends a beginning, as in print*."
    )
    tags = LinesField(help_text="One a line.")


@admin.register(TriageRule)
class TriageRuleAdmin(ConfiguredAdmin):
    form = RuleForm
    list_display = ["name", "position", "confidence", "category_named", "team", "priority", "is_active"]
    list_filter = ["is_active"]
    list_editable = ["is_active"]
    search_fields = ["name"]
    list_select_related = ["category", "team"]
    autocomplete_fields = ["category", "team"]
    fieldsets = [
        (None, {"fields": [("name", "is_active"), ("position", "confidence")]}),
        ("Where one of these stands in the ticket", {"fields": ["words"]}),
        (
            "this is suggested",
            {"fields": [("category", "category_name"), "team", ("priority", "urgency", "impact"), "tags"]},
        ),
    ]

    @display(description="Category")
    def category_named(self, rule: TriageRule) -> str:
        return str(rule.category or rule.category_name)


@admin.register(TriageSetting)
class TriageSettingAdmin(ConfiguredAdmin):
    list_display = ["field", "suggest_from", "apply_from", "ask_model"]
    list_editable = ["suggest_from", "apply_from", "ask_model"]
    list_display_links = ["field"]
    readonly_fields = ["field"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(FieldSuggestion)
class SuggestionAdmin(ReadOnlyAdmin):
    list_display = ["page", "field", "text", "percent", "source", "state_label", "decided_by", "made_at"]
    list_filter = ["field", "state", "source", "version"]
    search_fields = ["=ticket__id"]
    search_help_text = "Number of the ticket without T-."
    list_select_related = ["decided_by"]

    @display(description="Ticket")
    def page(self, row: FieldSuggestion) -> Any:
        return page_link("ticket", row.ticket_id, f"T-{row.ticket_id}")

    @display(description="State", ordering="state", label=STATES)
    def state_label(self, row: FieldSuggestion) -> tuple[str, str]:
        return row.state, row.get_state_display()


@admin.register(Triage, SecondOpinion)
class TriageAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "state", "attempts", "due", "finished_at", "last_error"]
    list_filter = ["state"]
    search_fields = ["=ticket__id"]
    exclude = ["lease", "woken_at", "leased_until"]
    list_select_related = ["ticket"]
