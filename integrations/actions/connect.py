"""Connections: made, changed, tried, removed."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from integrations import health
from integrations.choices import Direction, Field, Winner
from integrations.connected import forget_connected
from integrations.errors import RemoteError
from integrations.models import Connection, MappedField, MappedValue
from integrations.models.connection import new_token
from integrations.models.mapping import checked_value
from integrations.opened import opened
from integrations.permissions import Actor, require
from integrations.provider import Identity
from integrations.registry import provider_class
from tickets.actions.desk import list_of, name, save_row, yes_or_no
from tickets.choices import Level
from tickets.errors import Conflict, Invalid
from tickets.fields import Cleaner, choice, clean_with, reference, text
from tickets.models import Category, Organization, Team, User

FLAGS = (
    *("is_enabled", "hands_on", "sends_comments", "sends_notes", "sends_files"),
    *("takes_comments", "takes_as_notes", "opens_tickets"),
)


def _object(value: Any, _by: Actor) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError("Give an object of names and values.")
    return dict(value)


def _tag(value: Any, _by: Actor) -> str:
    tag = text(value, 50).strip().lower()
    if len(tag.split()) > 1 or "," in tag:
        raise ValueError("A tag is one word.")
    return tag


def _minutes(value: Any, _by: Actor) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1440:
        raise ValueError("Write whole minutes, 0 to 1440.")
    return value


def _mapped_field(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise ValueError("Give objects of ours, theirs, direction and winner.")
    return {
        "ours": choice(value.get("ours"), Field),
        "theirs": text(value.get("theirs"), 100, required=True).strip(),
        "direction": choice(value.get("direction", Direction.BOTH), Direction),
        "winner": choice(value.get("winner", Winner.NEWEST), Winner),
    }


def _mapped_value(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise ValueError("Give objects of field, ours and theirs.")
    field = choice(value.get("field"), Field)
    return {
        "field": field,
        "ours": checked_value(field, text(value.get("ours"), 100, required=True).strip()),
        "theirs": text(value.get("theirs"), 200, required=True).strip(),
    }


CONNECTION: dict[str, Cleaner] = {
    "name": name(100),
    "provider": lambda value, _: text(value, 30, required=True),
    "settings": _object,
    "credentials": _object,
    "owner": lambda value, _: reference(value, User.objects.support_staff()),
    **dict.fromkeys(FLAGS, yes_or_no),
    "organization": lambda value, _: reference(value, Organization.objects.all(), by_name="name"),
    "team": lambda value, _: reference(value, Team.objects.all(), by_name="name"),
    "category": lambda value, _: reference(value, Category.objects.all(), by_name="path"),
    "tag": _tag,
    "least_priority": lambda value, _: choice(value, Level) if value else "",
    "sync_minutes": _minutes,
    "fields": lambda value, _: list_of(value, _mapped_field),
    "values": lambda value, _: list_of(value, _mapped_value),
}


@transaction.atomic
def save_connection(*, by: Actor, fields: Mapping[str, Any], connection: Connection | None = None) -> Connection:
    """Make or change a connection; settings and credentials are merged into those that are kept, a credential of "" is taken away.

    A new one gets its system's usual mapping unless `fields` and `values` are given. Raises Invalid, NotAllowed.
    """
    require(by, "integration.manage")
    values = clean_with(CONNECTION, fields, by=by)
    rows: dict[str, Any] = {key: values.pop(key) for key in ("fields", "values") if key in values}
    row = Connection.objects.select_for_update().get(pk=connection.pk) if connection else Connection()
    is_new = row.pk is None
    _settle_kind(row, values, is_new)
    _settle_secrets(row, values, is_new)
    if is_new and isinstance(by, User):
        values.setdefault("owner", by)
    if values.get("owner", row.owner_id) is None:
        raise Invalid({"owner": ["Name the person who answers for it."]})
    row = save_row(row, by, values, "name")
    if is_new:
        rows = _usual_rows(row.provider) | rows
    _save_rows(row, rows)
    forget_connected()
    return row


def check_connection(*, kind: str, fields: Mapping[str, Any], connection: Connection | None) -> None:
    """Check settings and credentials as `save_connection` would, without saving. Raises Invalid."""
    row = connection or Connection(provider=kind)
    values = {key: fields[key] for key in ("provider", "settings", "credentials") if key in fields}
    _settle_kind(row, values, connection is None)
    _settle_secrets(row, values, connection is None)


def _settle_kind(row: Connection, values: dict[str, Any], is_new: bool) -> None:
    """Check the settings by the system's own schema."""
    kind = values.setdefault("provider", row.provider)
    if not is_new and kind != row.provider:
        raise Invalid({"provider": ["A connection keeps its system. Make another one."]})
    provider = provider_class(kind)
    if is_new or "settings" in values:
        values["settings"] = provider.checked_settings({**row.settings, **values.get("settings", {})})
        moved = not is_new and _moved(row, values["settings"])
        if moved and not values.get(
            "credentials"
        ):  # or whoever may change the address could have the secrets sent to it
            raise Invalid({"credentials": ["Give the credentials again with a new address."]})


def _moved(row: Connection, settings: Mapping[str, Any]) -> bool:
    """Whether new settings lead to another address; a setting that is younger than the connection had its usual value."""
    kind = provider_class(row.provider)
    try:
        known = kind.checked_settings(row.settings)
    except Invalid:
        return True
    return any(settings.get(name) != known.get(name) for name in kind.address_settings)


def _settle_secrets(row: Connection, values: dict[str, Any], is_new: bool) -> None:
    """Put the new credentials among those that are kept, encrypted by the column."""
    given = values.pop("credentials", {})
    if not is_new and not given:
        return
    moved = not is_new and _moved(row, values.get("settings", row.settings))
    kept = {} if moved else row.secrets
    merged = {key: value for key, value in {**kept, **given}.items() if value not in ("", None)}
    values["credentials"] = json.dumps(provider_class(values["provider"]).checked_credentials(merged))


def _usual_rows(kind: str) -> dict[str, Any]:
    usual = provider_class(kind).defaults
    return {
        "fields": [
            {"ours": row.ours, "theirs": row.theirs, "direction": row.direction, "winner": row.winner}
            for row in usual.fields
        ],
        "values": [
            {"field": field, "ours": ours, "theirs": theirs}
            for field, pairs in usual.values.items()
            for ours, theirs in pairs
        ],
    }


def _save_rows(connection: Connection, rows: Mapping[str, Any]) -> None:
    """Replace the mapping, where one is given. Raises Invalid for a field that is named twice."""
    for side in ("ours", "theirs"):
        named = [row[side] for row in rows.get("fields", [])]
        if len(set(named)) < len(named):
            raise Invalid({"fields": ["Name each field once."]})
    if "fields" in rows:
        connection.fields.all().delete()
        MappedField.objects.bulk_create([MappedField(connection=connection, **row) for row in rows["fields"]])
    if "values" in rows:
        connection.values.all().delete()
        once = {tuple(row.items()): row for row in rows["values"]}
        MappedValue.objects.bulk_create([MappedValue(connection=connection, **row) for row in once.values()])


def try_connection(*, by: Actor, connection: Connection) -> Identity:
    """Ask the other system who we are, and write down whether that works. Waits for the network. Raises Invalid, Conflict."""
    require(by, "integration.manage")
    try:
        with opened(connection) as provider:
            identity = provider.test()
    except RemoteError as error:
        health.note_trouble(connection, error)
        raise Conflict(f"{connection.label} says: {error}", code="connection_failed") from None
    health.note_well(connection)
    return identity


@transaction.atomic
def renew_address(*, by: Actor, connection: Connection) -> Connection:
    """Give the webhook another address; the old one is known no more."""
    require(by, "integration.manage")
    row = Connection.objects.select_for_update().get(pk=connection.pk)
    row.token = new_token()
    row.save(update_fields=["token"])
    return row


@transaction.atomic
def remove_connection(*, by: Actor, connection: Connection) -> None:
    """Forget a connection with its links; the tickets, and the records there, stay as they are."""
    require(by, "integration.manage")
    connection.delete()
    forget_connected()
