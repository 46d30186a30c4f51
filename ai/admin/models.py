"""Where language models are reached, what they may cost, and what they were asked."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from unfold.widgets import UnfoldAdminPasswordWidget

from ai.choices import RunOutcome
from ai.llm.budget import limit, spent
from ai.models import AIRun, McpToken, ModelBudget, ModelProvider, Proposal, ToolCall
from tickets.admin.base import ConfiguredAdmin, ModelForm, ReadOnlyAdmin, display, page_link

KEPT = "••••••••"
OUTCOME_COLOURS = {RunOutcome.DONE: "success", RunOutcome.REMEMBERED: "success", RunOutcome.RUNNING: "info"}


class ProviderForm(ModelForm):
    """The key goes in and never comes out again; what is left empty stays."""

    new_key = forms.CharField(
        label="API key",
        required=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
        help_text="Kept encrypted and never shown. Empty keeps what is there, or uses the environment's key; - takes it away.",
    )

    class Meta:
        model = ModelProvider
        exclude = ["api_key"]

    def clean(self) -> Any:
        said = super().clean()
        if said and said.get("kind") == "compatible" and not said.get("base_url"):
            self.add_error("base_url", "Say where the server is, as in http://127.0.0.1:11434/v1.")
        return said

    def save(self, commit: bool = True) -> Any:
        key = self.cleaned_data["new_key"].strip()
        if key:
            self.instance.api_key = "" if key == "-" else key
        return super().save(commit)


@admin.register(ModelProvider)
class ModelProviderAdmin(ConfiguredAdmin):
    form = ProviderForm
    fields = [
        *("name", "kind", "model", "base_url", "new_key", "position", "is_active", "timeout_seconds", "concurrency"),
        *("input_price", "output_price", "masks"),
    ]
    list_display = ["name", "kind", "model", "position", "key_label", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["name"]

    @display(description="Key")
    def key_label(self, provider: ModelProvider) -> str:
        return KEPT if provider.api_key else "From the environment, or none"


@admin.register(ModelBudget)
class ModelBudgetAdmin(ConfiguredAdmin):
    list_display = ["__str__", "alert_percent", "this_month"]

    @display(description="Used this month")
    def this_month(self, budget: ModelBudget) -> str:
        return f"{spent(timezone.now()):.2f} of {limit(budget):.2f} USD"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not ModelBudget.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(AIRun)
class AIRunAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "outcome_label", "provider", "model", "config", "cost", "milliseconds", "started_at"]
    list_filter = ["agent", "outcome", "provider", "model"]
    list_select_related = ["config"]
    date_hierarchy = "started_at"

    @display(description="Outcome", ordering="outcome", label=OUTCOME_COLOURS)
    def outcome_label(self, run: AIRun) -> tuple[str, str]:
        return run.outcome, run.get_outcome_display()


@admin.register(ToolCall)
class ToolCallAdmin(ReadOnlyAdmin):
    list_display = ["tool", "code", "user", "ticket_link", "run", "milliseconds", "called_at"]
    list_filter = ["tool", "code"]
    list_select_related = ["user", "ticket", "run"]

    @display(description="Ticket")
    def ticket_link(self, call: ToolCall) -> str:
        return page_link("ticket", call.ticket.reference, call.ticket.reference) if call.ticket else "–"


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "user", "state", "made_at", "settled_at"]
    list_filter = ["state", "tool"]
    list_select_related = ["user"]


@admin.register(McpToken)
class McpTokenAdmin(ReadOnlyAdmin):
    list_display = ["name", "user", "created_at", "expires_at", "last_used_at"]
    list_select_related = ["user"]
    exclude = ["fingerprint", "epoch"]

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return True
