"""Rules by which tickets are given out by themselves."""

from django.contrib import admin

from ai.models import DispatchRule
from tickets.admin.base import ConfiguredAdmin


@admin.register(DispatchRule)
class DispatchRuleAdmin(ConfiguredAdmin):
    list_display = ["name", "team", "least_priority", "only_on_shift", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name"]
    list_select_related = ["team"]
    autocomplete_fields = ["team"]
    fieldsets = [
        (
            None,
            {
                "fields": [("name", "is_active"), ("team", "least_priority"), "only_on_shift"],
                "description": "Every minute, tickets that wait and fit are given to whom a plan would give them.",
            },
        )
    ]
