"""Webhooks out: their addresses, and the log of their calls."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse

from integrations.actions import hooks
from integrations.models import Hook, HookCall
from tickets.admin.base import ConfiguredAdmin, ModelForm, action, actor, back, display
from tickets.admin.work import WorkAdmin
from tickets.choices import EventKind, WorkState

FIELDS = ("name", "url", "kinds", "owner", "is_enabled")


class HookForm(ModelForm):
    kinds = forms.MultipleChoiceField(
        label="Events",
        choices=EventKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None: all of them.",
    )

    class Meta:
        model = Hook
        fields = list(FIELDS)


@admin.register(Hook)
class HookAdmin(ConfiguredAdmin):
    form = HookForm
    list_display = ["name", "url", "owner", "is_enabled", "failing_since", "trouble"]
    list_filter = ["is_enabled"]
    search_fields = ["name", "url"]
    autocomplete_fields = ["owner"]
    list_select_related = ["owner"]
    readonly_fields = ["failing_since", "trouble", "secret_shown"]
    actions_detail = ["try_it", "renew_secret"]

    def get_fieldsets(self, request: HttpRequest, obj: Hook | None = None) -> Any:
        state = [("State", {"fields": ["secret_shown", "failing_since", "trouble"]})] if obj else []
        return [(None, {"fields": list(FIELDS)}), *state]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"owner": request.user.pk, **super().get_changeform_initial_data(request)}

    @display(description="Secret")
    def secret_shown(self, hook: Hook) -> str:
        return hook.secret or "Lost with the key that it was encrypted with: renew it."

    def save_model(self, request: HttpRequest, obj: Hook, form: Any, change: bool) -> None:
        fields = {name: form.cleaned_data[name] for name in FIELDS}
        kept = Hook.objects.get(pk=obj.pk) if change else None
        obj.pk = hooks.save_hook(by=actor(request), fields=fields, hook=kept).pk

    def delete_model(self, request: HttpRequest, obj: Hook) -> None:
        hooks.remove_hook(by=actor(request), hook=obj)

    @action(
        description="Test",
        url_path="try-it",
        icon="network_check",
        dialog={
            "title": "Test the webhook?",
            "description": "A call of the kind ping is sent, and its answer shown.",
            "form_class": None,
            "form_submit_text": "Test",
        },
    )
    def try_it(self, request: HttpRequest, form: forms.Form, object_id: str) -> HttpResponse:
        call = hooks.test_hook(by=actor(request), hook=Hook.objects.get(pk=object_id))
        taken = call.state == WorkState.DONE
        told = f"Taken with {call.status} in {call.milliseconds} ms." if taken else f"Not taken: {call.last_error}"
        self.message_user(request, told, messages.SUCCESS if taken else messages.ERROR)
        return back(request, "admin:integrations_hook_change", object_id)

    @action(
        description="Renew the secret",
        url_path="renew-secret",
        icon="autorenew",
        dialog={
            "title": "Renew the secret?",
            "description": "Calls from now on are signed with the new one: give it to the receiver.",
            "form_class": None,
            "form_submit_text": "Renew",
        },
    )
    def renew_secret(self, request: HttpRequest, form: forms.Form, object_id: str) -> HttpResponse:
        hooks.renew_secret(by=actor(request), hook=Hook.objects.get(pk=object_id))
        self.message_user(request, "Give the new secret to the receiver.", messages.SUCCESS)
        return back(request, "admin:integrations_hook_change", object_id)


@admin.register(HookCall)
class HookCallAdmin(WorkAdmin):
    list_display = ["pk", "hook", "kind", "state_label", "attempts", "status", "milliseconds", "due", "last_error"]
    list_filter = ["state", "hook", "kind"]
    search_fields = ["=message_id", "=event__ticket__id"]
    list_select_related = ["hook"]
    actions = ["send_again"]

    @admin.action(description="Send again", permissions=["view"])
    def send_again(self, request: HttpRequest, rows: Any) -> None:
        """Also those that were taken: the receiver knows them by their id."""
        self.each(request, rows, lambda call: hooks.send_again(by=actor(request), call=call), "sent again")
