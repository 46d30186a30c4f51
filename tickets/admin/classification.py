"""Categories, tags and custom fields."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from tickets.admin.base import ConfiguredAdmin, DeskAdmin, LinesField, ModelForm
from tickets.models import Category, CustomField, Tag


@admin.register(Category)
class CategoryAdmin(ConfiguredAdmin):
    list_display = ["path", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["path"]
    ordering = ["path"]
    autocomplete_fields = ["parent", "skills"]
    fieldsets = [
        (
            None,
            {
                "fields": [("name", "parent"), "skills", "is_active"],
                "description": "An inactive category stays on its tickets and can no longer be chosen.",
            },
        )
    ]


@admin.register(Tag)
class TagAdmin(DeskAdmin):
    list_display = ["name"]
    search_fields = ["name"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Taking a used tag away would change tickets without a word in their timelines."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.tickets.exists())


class CustomFieldForm(ModelForm):
    options = LinesField(help_text="For a choice: the allowed values, one on each line, in the order of the menu.")


@admin.register(CustomField)
class CustomFieldAdmin(ConfiguredAdmin):
    form = CustomFieldForm
    list_display = ["label", "key", "kind", "is_required", "on_portal", "is_active", "position"]
    list_editable = ["position"]
    list_filter = ["kind", "is_active", "on_portal"]
    search_fields = ["label", "key"]
    prepopulated_fields = {"key": ["label"]}
    fieldsets = [
        (None, {"fields": [("label", "key"), ("kind", "position"), "options"]}),
        ("For people who fill it in", {"fields": ["help_text", ("is_required", "on_portal"), "is_active"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Key and kind stay once the field exists: tickets hold values under them."""
        return ["key", "kind"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, list[str]]:
        return {} if obj else {"key": ["label"]}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # make it inactive: its values stay readable in the log
