"""Form fields drawn from the schema of a system's settings and credentials."""

from collections.abc import Mapping
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from integrations.registry import provider_class

TAKE_AWAY = "-"
KEPT = "Kept encrypted and never shown. Empty keeps what is there; - takes it away."


def fields_of(kind: str, *, is_new: bool) -> dict[str, forms.Field]:
    """Return a form field for each setting and each credential, named `settings.<name>` and `credentials.<name>`."""
    settings, credentials = provider_class(kind).schemas()
    found = {f"settings.{name}": _setting(name, entry, settings) for name, entry in settings["properties"].items()}
    for name, entry in credentials["properties"].items():
        found[f"credentials.{name}"] = _credential(name, entry, is_new and name in credentials.get("required", []))
    return found


def _setting(name: str, entry: Mapping[str, Any], schema: Mapping[str, Any]) -> forms.Field:
    told: dict[str, Any] = {
        "label": entry.get("title", name),
        "help_text": entry.get("description", ""),
        "required": name in schema.get("required", []),
        "initial": entry.get("default"),
    }
    if "enum" in entry:
        choices = [(value, value) for value in entry["enum"]]
        return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget(), **told)
    if entry.get("type") == "boolean":
        return forms.BooleanField(widget=UnfoldBooleanSwitchWidget(), **told | {"required": False})
    if entry.get("type") == "integer":
        return forms.IntegerField(widget=UnfoldAdminIntegerFieldWidget(), **told)
    return forms.CharField(widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}), **told)


def _credential(name: str, entry: Mapping[str, Any], required: bool) -> forms.Field:
    return forms.CharField(
        label=entry.get("title", name),
        required=required,
        help_text=" ".join(filter(None, [entry.get("description", ""), KEPT])),
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
    )


def given(cleaned: Mapping[str, Any], group: str) -> dict[str, Any]:
    """Return the values of one group; credentials that were left empty are left out, those to be taken away are empty."""
    values = {name.partition(".")[2]: value for name, value in cleaned.items() if name.startswith(f"{group}.")}
    if group == "settings":
        return values
    return {name: "" if value == TAKE_AWAY else value for name, value in values.items() if value}
