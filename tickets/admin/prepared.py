"""Saved views, and macros: what the desk has prepared."""

from typing import Any

from django import forms
from django.contrib import admin

from tickets import fields
from tickets.admin.base import ConfiguredAdmin, DeskAdmin, ModelForm, refuse
from tickets.choices import Sharing
from tickets.models import Macro, SavedView
from tickets.permissions import System


class SharedForm(ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("sharing") == Sharing.TEAM and not cleaned.get("team"):
            self.add_error("team", "Choose the team that shares it.")
        return cleaned


class MacroForm(SharedForm):
    def clean_changes(self) -> Any:
        changes = self.cleaned_data["changes"] or {}
        if not isinstance(changes, dict):
            raise forms.ValidationError('Write an object of fields and values, like {"status": "pending"}.')
        named = {name: value for name, value in changes.items() if (name, value) != ("assignee", fields.ME)}
        refuse(self, lambda: fields.clean(named, by=System()))
        return changes


class SharedAdmin(DeskAdmin):
    form = SharedForm
    list_display = ["name", "owner", "sharing", "team", "position"]
    list_filter = ["sharing", "team"]
    search_fields = ["name", "owner__name", "owner__email"]
    autocomplete_fields = ["owner", "team"]
    list_select_related = ["owner", "team"]


@admin.register(SavedView)
class SavedViewAdmin(SharedAdmin):
    fieldsets = [
        (None, {"fields": ["name", "query", "position"]}),
        ("Who has it", {"fields": [("sharing", "team"), "owner"]}),
    ]


@admin.register(Macro)
class MacroAdmin(ConfiguredAdmin, SharedAdmin):
    form = MacroForm
    list_filter = ["is_active", "sharing", "team"]
    list_display = ["name", "owner", "sharing", "team", "is_active", "position"]
    fieldsets = [
        (None, {"fields": ["name", ("is_active", "position")]}),
        ("What it does", {"fields": ["changes", "text", "is_internal"]}),
        ("Who has it", {"fields": [("sharing", "team"), "owner"]}),
    ]
