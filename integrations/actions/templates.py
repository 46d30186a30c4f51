"""The desk's own words for notifications."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from integrations.choices import Kind, Language
from integrations.models import MessageTemplate
from integrations.notifications.placeholders import NAMES, unknown
from integrations.notifications.words import ENGLISH
from integrations.permissions import Actor, require
from tickets.actions.desk import save_row
from tickets.errors import Invalid
from tickets.fields import Cleaner, choice, clean_with, text


def _filled(limit: int) -> Cleaner:
    """Return the cleaner of a text with placeholders that are known."""

    def clean(value: Any, _by: Actor) -> str:
        words = text(value, limit, required=True)
        if wrong := unknown(words):
            raise ValueError(f"Nothing is known as {', '.join(wrong)}. There are {', '.join(NAMES)}.")
        return words

    return clean


def _kind(value: Any, _by: Actor) -> str:
    kind = choice(value, Kind)
    if kind not in ENGLISH:
        raise ValueError("The words of this kind come with what happened.")
    return kind


TEMPLATE: dict[str, Cleaner] = {
    "kind": _kind,
    "language": lambda value, _: choice(value, Language),
    "subject": _filled(200),
    "text": _filled(5_000),
}


@transaction.atomic
def save_template(*, by: Actor, fields: Mapping[str, Any], template: MessageTemplate | None = None) -> MessageTemplate:
    """Write the desk's own words for a kind in a language, or change them. Raises Invalid, NotAllowed."""
    require(by, "integration.manage")
    values = clean_with(TEMPLATE, fields, by=by)
    row = MessageTemplate.objects.get(pk=template.pk) if template else MessageTemplate()
    missing = [field for field in ("kind", "subject", "text") if not values.get(field, getattr(row, field))]
    if missing:
        raise Invalid({field: ["This field is required."] for field in missing})
    return save_row(row, by, values, "kind")


@transaction.atomic
def remove_template(*, by: Actor, template: MessageTemplate) -> None:
    """Go back to the built-in words. Raises NotAllowed."""
    require(by, "integration.manage")
    template.delete()
