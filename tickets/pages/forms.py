"""What the forms of our pages share. A form carries what was typed; the actions parse and judge it."""

from typing import Any

from django import forms
from django.db.models import Q

from tickets.choices import CustomFieldKind
from tickets.errors import DomainError, Invalid
from tickets.fields import custom_fields_for
from tickets.models import CustomField, User


def refuse(form: forms.Form, error: DomainError) -> None:
    """Put an action's refusal onto the form: at its fields where the form has them, above the form otherwise."""
    if not isinstance(error, Invalid):
        form.add_error(None, error.detail)
        return
    for name, messages in error.errors.items():
        here = name in form.fields
        told = messages if here else [f"{name.replace('_', ' ').capitalize()}: {message}" for message in messages]
        form.add_error(name if here else None, [forms.ValidationError(message) for message in told])


def custom_form_fields(user: User, *, portal: bool = False) -> dict[str, forms.Field]:
    """Return a form field for every custom field that `user` may fill in, named as the action takes it; for the portal only its own."""
    fields = custom_fields_for(user)
    if portal:
        fields = fields.filter(Q(on_portal=True) | Q(is_required=True))
    return {f"custom_fields.{field.key}": _form_field(field) for field in fields}


def _form_field(field: CustomField) -> forms.Field:
    about: dict[str, Any] = {
        "label": field.label,
        "help_text": field.help_text,
        "required": field.is_required and field.kind != CustomFieldKind.CHECKBOX,
    }
    match field.kind:
        case CustomFieldKind.CHECKBOX:
            return forms.BooleanField(**about)
        case CustomFieldKind.CHOICE:
            empty = ("", "Choose one" if field.is_required else "None")
            return forms.ChoiceField(choices=[empty, *((option, option) for option in field.options)], **about)
        case CustomFieldKind.NUMBER:
            return forms.CharField(widget=forms.NumberInput({"step": "any", "inputmode": "decimal"}), **about)
        case CustomFieldKind.DATE:
            return forms.CharField(widget=forms.DateInput({"type": "date"}), **about)
    return forms.CharField(max_length=2_000, **about)


def custom_values(cleaned: dict[str, Any]) -> dict[str, Any]:
    """Return the custom fields among a form's cleaned data as the actions take them: key → value."""
    prefix = "custom_fields."
    return {name.removeprefix(prefix): value for name, value in cleaned.items() if name.startswith(prefix)}


def whole_number(typed: str) -> int | None:
    """Return the number that an address or a form carries, None for anything that is no id."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else None
