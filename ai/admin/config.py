"""Versions of agents' configurations: read, made out of the one in use, gone back to by a click."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from ai.actions.config import clean_config, roll_back_config, save_config, try_config, use_config
from ai.choices import AgentType
from ai.config import differences, setting_of
from ai.models import AgentSetting, AIConfig
from ai.models.config import CONFIGURED
from ai.tools.names import TOOLS
from tickets.admin.base import DeskAdmin, LinesField, ModelForm, action, actor, display, link, readable, refuse


class ConfigForm(ModelForm):
    """The next version of an agent's configuration; starts as the one in use."""

    agent = forms.ChoiceField(choices=AgentType.choices, widget=UnfoldAdminSelectWidget())
    system_prompt = forms.CharField(widget=UnfoldAdminTextareaWidget({"rows": 16}))
    model = forms.CharField(
        widget=UnfoldAdminTextInputWidget(), help_text="default, a model of the first provider, or provider:model."
    )
    temperature = forms.FloatField(widget=UnfoldAdminDecimalFieldWidget(), help_text="0 to 2.")
    max_tokens = forms.IntegerField(widget=UnfoldAdminIntegerFieldWidget())
    timeout = forms.IntegerField(widget=UnfoldAdminIntegerFieldWidget(), help_text="Seconds for a whole run.")
    tools_enabled = LinesField(help_text=f"One a line, of {', '.join(TOOLS)}.")
    note = forms.CharField(required=False, max_length=200, widget=UnfoldAdminTextInputWidget())
    activate = forms.BooleanField(required=False, initial=True, label="Use it at once")

    class Meta:
        model = AIConfig
        fields = ["agent", *CONFIGURED, "note"]

    def clean(self) -> Any:
        said = super().clean() or {}
        refuse(self, lambda: clean_config({name: said[name] for name in CONFIGURED if name in said}))
        return said


@admin.register(AIConfig)
class AIConfigAdmin(DeskAdmin):
    form = ConfigForm
    list_display = ["__str__", "use_label", "model", "note", "made_by", "made_at", "changed", "next_version"]
    list_filter = ["agent"]
    list_select_related = ["made_by"]
    actions = ["go_back", "use", "try_it", "end_trial"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        asked = request.GET.get("agent", "")
        agent = AgentType(asked) if asked in AgentType.values else AgentType.CUSTOMER_SUPPORT
        return {"agent": agent, **setting_of(agent).config.values}

    def get_queryset(self, request: HttpRequest) -> Any:
        for agent in AgentType:
            setting_of(agent)
        return super().get_queryset(request)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        said = form.cleaned_data
        saved = save_config(
            by=actor(request),
            agent=AgentType(said["agent"]),
            changes={name: said[name] for name in CONFIGURED},
            note=said["note"],
            activate=said["activate"],
        )
        return saved.config

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The action has saved it."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """There is nothing related."""

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    @display(description="Use", label={"in use": "success", "on trial": "info"})
    def use_label(self, config: AIConfig) -> str:
        setting = AgentSetting.objects.filter(agent=config.agent).first()
        if setting is None or config.pk not in (setting.config_id, setting.trial_id):
            return "–"
        return "in use" if config.pk == setting.config_id else "on trial"

    @display(description="Changed")
    def changed(self, config: AIConfig) -> Any:
        before = AIConfig.objects.filter(agent=config.agent, number=config.number - 1).first()
        return readable(sorted(differences(before.values, config.values))) if before else "–"

    @display(description="Edit")
    def next_version(self, config: AIConfig) -> Any:
        return link(f"{reverse('admin:ai_aiconfig_add')}?agent={config.agent}", "Make the next version")

    @action(description="Go back to this version")
    def go_back(self, request: HttpRequest, queryset: Any) -> None:
        by = actor(request)

        def back_to(row: AIConfig) -> None:
            roll_back_config(by=by, agent=AgentType(row.agent), number=row.number)

        self.each(request, queryset, back_to, "put to use again")

    @action(description="Put to use")
    def use(self, request: HttpRequest, queryset: Any) -> None:
        by = actor(request)
        self.each(request, queryset, lambda row: use_config(by=by, config=row), "put to use")

    @action(description="Try beside the one in use (10 %%)")
    def try_it(self, request: HttpRequest, queryset: Any) -> None:
        by = actor(request)

        def on_trial(row: AIConfig) -> None:
            try_config(by=by, agent=AgentType(row.agent), number=row.number, share=10)

        self.each(request, queryset, on_trial, "on trial")

    @action(description="End the trial")
    def end_trial(self, request: HttpRequest, queryset: Any) -> None:
        by = actor(request)
        self.each(
            request, queryset, lambda row: try_config(by=by, agent=AgentType(row.agent), number=None, share=0), "ended"
        )
