"""The fields of a ticket that people change: how a raw value from any door becomes a stored one, and who may set it.

A door hands over what it got (ids, names, text, instances); `clean` answers with values fit for the model, or raises `Invalid` with
every field that needs attention. Nothing else in the product parses ticket fields.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from django.db import models
from django.utils.dateparse import parse_date, parse_datetime

from tickets.choices import CustomFieldKind, Level, Status
from tickets.errors import Invalid, NotFound
from tickets.models import Category, CustomField, Organization, Team, User
from tickets.permissions import Actor, System
from tickets.text import storable

TITLE_LENGTH = 255
TEXT_LENGTH = 100_000
TAGS_AT_MOST = 50
ME = "me"  # as an assignee: whoever makes the change, or uses the macro that holds it
NAME_LENGTH = 700  # of the longest record somebody may name; SQLite compares no longer ones
REQUESTER_FIELDS = frozenset({"title", "description", "status", "urgency", "custom_fields"})
M = TypeVar("M", bound=models.Model)
Cleaner = Callable[[Any, Actor], Any]


def text(value: Any, limit: int, *, required: bool = False) -> str:
    """Return storable text within the limit. Raises ValueError with a sentence."""
    if not isinstance(value, str):
        raise ValueError("Write text.")
    cleaned = storable(value)
    if required and not cleaned.strip():
        raise ValueError("Write something here.")
    if len(cleaned) > limit:
        raise ValueError(f"Shorten this to {limit:,} characters; it has {len(cleaned):,}.")
    return cleaned


def choice(value: Any, choices: type[models.TextChoices]) -> str:
    known: set[str] = set(choices.values)
    if isinstance(value, str) and value in known:
        return value
    raise ValueError(f"Choose one of {', '.join(choices.values)}.")


def moment(value: Any, _actor: Actor) -> datetime | None:
    """Return an aware datetime from an instance or ISO 8601 text; text without an offset is UTC."""
    if value in (None, ""):
        return None
    try:
        parsed = value if isinstance(value, datetime) else parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        parsed = None
    if parsed is None:
        raise ValueError("Write a date and time like 2026-03-01T09:30:00Z.")
    parsed = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    if not 1970 <= parsed.year <= 2200:
        raise ValueError("Write a year between 1970 and 2200.")
    return parsed


def reference(value: Any, rows: models.QuerySet[M], by_name: str = "") -> M | None:
    """Return the row that an instance, an id or (where `by_name` names the column) a name stands for."""
    if value in (None, ""):
        return None
    if isinstance(value, Mapping):
        value = value.get("id")
    if isinstance(value, models.Model):
        value = value.pk
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("Give the id.")
    if isinstance(value, int) or (value.isascii() and value.isdigit()):
        found = rows.filter(pk=int(value)).first() if 0 < int(value) < 2**63 else None
    else:
        name = storable(value)[: NAME_LENGTH + 1]
        found = rows.filter(**{f"{by_name}__iexact": name}).first() if by_name and len(name) <= NAME_LENGTH else None
    if found is None:
        raise LookupError
    return found


def whole_number(value: Any, field: str) -> int:
    """Return the id that a request names, from a number or digits. Raises Invalid."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise Invalid({field: ["This field is required." if value is None else "Give the id."]})
    return value


def _visible(rows: Any, actor: Actor) -> Any:
    return rows.all() if isinstance(actor, System) else rows.visible_to(actor)


def _category(value: Any, _actor: Actor) -> Category | None:
    rows = Category.objects.filter(is_active=True)
    return reference(value, rows, by_name="path")


def _team(value: Any, _actor: Actor) -> Team | None:
    return reference(value, Team.objects.filter(is_active=True), by_name="name")


def _assignee(value: Any, actor: Actor) -> User | None:
    if value == ME:
        if isinstance(actor, System):
            raise ValueError("Name a person; nobody is signed in.")
        value = actor
    return reference(value, User.objects.support_staff(), by_name="username")


def _organization(value: Any, actor: Actor) -> Organization | None:
    return reference(value, _visible(Organization.objects, actor), by_name="name")


def _requester(value: Any, actor: Actor) -> User | None:
    return reference(value, _visible(User.objects, actor).filter(is_active=True), by_name="email")


def _tags(value: Any, _actor: Actor) -> list[str]:
    names = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise ValueError("Give a list of words.")
    cleaned = sorted({storable(name).strip().lower() for name in names if name.strip()})
    if any(len(name) > 50 or len(name.split()) != 1 or "," in name for name in cleaned):
        raise ValueError("A tag is one word of at most 50 characters.")
    if len(cleaned) > TAGS_AT_MOST:
        raise ValueError(f"Use at most {TAGS_AT_MOST} tags.")
    return cleaned


CLEANERS: dict[str, Cleaner] = {
    "title": lambda value, _: text(value, TITLE_LENGTH, required=True).replace("\n", " ").strip(),
    "description": lambda value, _: text(value, TEXT_LENGTH),
    "resolution": lambda value, _: text(value, TEXT_LENGTH),
    "status": lambda value, _: choice(value, Status),
    "priority": lambda value, _: choice(value, Level),
    "urgency": lambda value, _: choice(value, Level),
    "impact": lambda value, _: choice(value, Level),
    "category": _category,
    "team": _team,
    "assignee": _assignee,
    "organization": _organization,
    "requester": _requester,
    "tags": _tags,
    "due_at": moment,
}
MISSING = {"organization": NotFound, "requester": NotFound}


def clean(raw: Mapping[str, Any], *, by: Actor) -> dict[str, Any]:
    """Return the cleaned values of the given fields, custom fields flattened to `custom_fields.<key>`.

    Raises Invalid with all field errors at once, NotFound for an organization or a person that `by` may not see.
    """
    plain = {field: value for field, value in raw.items() if field != "custom_fields"}
    cleaned, errors = _attempt(CLEANERS, plain, by)
    if "custom_fields" in raw:
        _clean_custom(raw["custom_fields"], by, cleaned, errors)
    if errors:
        raise Invalid(errors)
    return cleaned


def clean_with(cleaners: Mapping[str, Cleaner], raw: Mapping[str, Any], *, by: Actor) -> dict[str, Any]:
    """Return cleaned values of another noun's fields, by its own table of cleaners. Raises Invalid, NotFound."""
    cleaned, errors = _attempt(cleaners, raw, by)
    if errors:
        raise Invalid(errors)
    return cleaned


def _attempt(
    cleaners: Mapping[str, Cleaner], raw: Mapping[str, Any], by: Actor
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    cleaned: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for field, value in raw.items():
        if field not in cleaners:
            errors[field] = ["There is no such field, or it cannot be set."]
            continue
        try:
            cleaned[field] = cleaners[field](value, by)
        except LookupError:
            if field in MISSING:
                raise MISSING[field](f"There is no such {field}, or it is not yours to see.") from None
            errors[field] = ["There is no such record. Look up its id and try again."]
        except ValueError as error:
            errors[field] = [str(error)]
    return cleaned, errors


def _clean_custom(value: Any, by: Actor, cleaned: dict[str, Any], errors: dict[str, list[str]]) -> None:
    if not isinstance(value, Mapping):
        errors["custom_fields"] = ["Give an object of keys and values."]
        return
    known = {field.key: field for field in custom_fields_for(by)}
    for key, raw in value.items():
        name = f"custom_fields.{key}"
        if key not in known:
            errors[name] = ["There is no such custom field."]
            continue
        try:
            cleaned[name] = custom_value(known[key], raw)
        except ValueError as error:
            errors[name] = [str(error)]


def custom_fields_for(by: Actor) -> models.QuerySet[CustomField]:
    """Return the active custom fields that `by` may see and fill in."""
    fields = CustomField.objects.filter(is_active=True)
    return fields if isinstance(by, System) or by.is_support_staff else fields.filter(on_portal=True)


def custom_value(field: CustomField, raw: Any) -> Any:
    """Return the JSON value to store for a custom field, None for an empty one. Raises ValueError with a sentence."""
    if raw in (None, "") and field.kind != CustomFieldKind.CHECKBOX:
        if field.is_required:
            raise ValueError("This field is required.")
        return None
    match field.kind:
        case CustomFieldKind.NUMBER:
            return _number(raw)
        case CustomFieldKind.DATE:
            return day(raw).isoformat()
        case CustomFieldKind.CHECKBOX:
            return _checkbox(raw)
        case CustomFieldKind.CHOICE:
            if raw not in field.options:
                raise ValueError(f"Choose one of {', '.join(field.options)}.")
            return raw
    return text(raw, 2_000)


def _number(raw: Any) -> int | float:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise ValueError("Write a number.")
    try:
        number = float(raw)
    except (ValueError, OverflowError):
        raise ValueError("Write a number.") from None
    if not abs(number) < 1e15:
        raise ValueError("Write a number between -1e15 and 1e15.")
    return int(number) if number.is_integer() else number


def day(raw: Any) -> date:
    """Return a date from an instance or ISO text. Raises ValueError with a sentence."""
    try:
        parsed = raw if isinstance(raw, date) else parse_date(raw) if isinstance(raw, str) else None
    except ValueError:
        parsed = None
    if parsed is None:
        raise ValueError("Write a date like 2026-03-01.")
    return parsed


def _checkbox(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    if raw in ("true", "on", "1"):
        return True
    if raw in ("false", "off", "0", "", None):
        return False
    raise ValueError("Choose true or false.")
