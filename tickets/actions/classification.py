"""Categories and tags, as the desk keeps them."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from tickets.actions.desk import name, save_row, yes_or_no
from tickets.errors import Conflict, Invalid
from tickets.fields import Cleaner, clean_with, reference, text
from tickets.models import Category, Tag
from tickets.permissions import Actor, require


def _tag_name(value: Any, _by: Actor) -> str:
    cleaned = text(value, 50, required=True).strip().lower()
    if len(cleaned.split()) != 1 or "," in cleaned:
        raise ValueError("A tag is one word without commas.")
    return cleaned


CATEGORY: dict[str, Cleaner] = {
    "name": name(100),
    "parent": lambda value, _: reference(value, Category.objects.all(), by_name="path"),
    "is_active": yes_or_no,
}
TAG: dict[str, Cleaner] = {"name": _tag_name}


def save_category(*, by: Actor, fields: Mapping[str, Any], category: Category | None = None) -> Category:
    """Add a category, or change one; those below it move along. Raises NotAllowed, Invalid."""
    require(by, "classification.manage")
    values = clean_with(CATEGORY, fields, by=by)
    with transaction.atomic():
        try:
            return save_row(category or Category(), by, values, "name")
        except ValidationError as error:
            raise Invalid(error.message_dict) from None


def save_tag(*, by: Actor, fields: Mapping[str, Any], tag: Tag | None = None) -> Tag:
    """Add a tag, or give one another name on every ticket that carries it. Raises NotAllowed, Invalid."""
    require(by, "classification.manage")
    return save_row(tag or Tag(), by, clean_with(TAG, fields, by=by), "name")


def remove_category(*, by: Actor, category: Category) -> None:
    """Delete a category that nothing uses. Raises NotAllowed, Conflict."""
    require(by, "classification.manage")
    try:
        category.delete()
    except ProtectedError:
        raise Conflict(
            "Tickets, articles or categories use it. Set is_active to false instead.", code="in_use"
        ) from None


def remove_tag(*, by: Actor, tag: Tag) -> None:
    """Delete a tag that no ticket carries. Raises NotAllowed, Conflict."""
    require(by, "classification.manage")
    with transaction.atomic():
        if tag.tickets.exists():
            raise Conflict("Tickets carry this tag. Take it off them first.", code="in_use")
        tag.delete()
