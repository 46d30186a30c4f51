"""Who else is told of which events."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from integrations.choices import Ability, Kind, Medium
from integrations.models import Connection, Route
from integrations.opened import can_it
from integrations.permissions import Actor, require
from tickets.actions.desk import list_of, name, save_row, yes_or_no
from tickets.choices import Level
from tickets.errors import Invalid
from tickets.fields import Cleaner, choice, clean_with, reference, text
from tickets.models import Organization, Team, User

OF_TICKETS = [kind for kind in Kind if kind not in (Kind.CONNECTION, Kind.BUDGET, Kind.RECEIPT)]


def _kinds(value: Any, _by: Actor) -> list[str]:
    wanted = set(list_of(value, lambda kind: choice(kind, Kind)))
    if not wanted or wanted - set(OF_TICKETS):
        raise ValueError("Choose one or more of what happens on tickets.")
    return [kind for kind in OF_TICKETS if kind in wanted]


def _threshold(value: Any, _by: Actor) -> int | None:
    if value in (None, ""):
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1000:
        raise ValueError("Write whole percents, 1 to 1000.")
    return value


ROUTE: dict[str, Cleaner] = {
    "name": name(100),
    "is_active": yes_or_no,
    "kinds": _kinds,
    "team": lambda value, _: reference(value, Team.objects.all(), by_name="name"),
    "organization": lambda value, _: reference(value, Organization.objects.all(), by_name="name"),
    "least_priority": lambda value, _: choice(value, Level) if value else "",
    "threshold": _threshold,
    "person": lambda value, _: reference(value, User.objects.support_staff()),
    "to_team": lambda value, _: reference(value, Team.objects.all(), by_name="name"),
    "connection": lambda value, _: reference(value, Connection.objects.all(), by_name="name"),
    "channel": lambda value, _: text(value, 200).strip(),
}


@transaction.atomic
def save_route(*, by: Actor, fields: Mapping[str, Any], route: Route | None = None) -> Route:
    """Add a route, or change one; it holds for what happens from now on. Raises Invalid, NotAllowed."""
    require(by, "integration.manage")
    values = clean_with(ROUTE, fields, by=by)
    row = Route.objects.get(pk=route.pk) if route else Route()
    problems = problems_of({field: values.get(field, getattr(row, field)) for field in ROUTE})
    if problems:
        raise Invalid(problems)
    return save_row(row, by, values, "name")


def problems_of(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Say what makes no sense in a route, by field."""
    connection = values["connection"]
    if not values["kinds"]:
        return {"kinds": ["Choose one or more of what happens on tickets."]}
    if not (values["person"] or values["to_team"] or connection):
        return {"person": ["Say where it leads: to a person, a team or a connection."]}
    if connection and (connection.provider not in Medium.values or not can_it(connection, Ability.NOTIFY)):
        return {"connection": [f"{connection.label} shows no messages to people. Choose another one."]}
    if values["channel"] and not connection:
        return {"channel": ["Choose the connection that it is a channel of."]}
    return {}


@transaction.atomic
def remove_route(*, by: Actor, route: Route) -> None:
    """Forget a route. Raises NotAllowed."""
    require(by, "integration.manage")
    route.delete()
