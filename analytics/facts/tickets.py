"""The columns of tickets, and the names of what they refer to."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.db.models import BigIntegerField, Case, QuerySet, TextChoices, Value, When
from django.db.models.expressions import Combinable

from analytics.facts.columns import Moment, fetch, number
from analytics.metrics.columns import NOBODY, Names, Numbers, Places, Tickets
from tickets.choices import Channel, Level, Status
from tickets.models import Category, Organization, Team, Ticket, User

LABELS: dict[str, tuple[Any, str]] = {
    "category": (Category, "path"),
    "team": (Team, "name"),
    "organization": (Organization, "name"),
}


def coded(column: str, choices: type[TextChoices]) -> Combinable:
    """The place of a word in its enumeration, because words are not of one length."""
    cases = [When(**{column: word}, then=Value(place)) for place, word in enumerate(choices.values)]
    return number(Case(*cases, output_field=BigIntegerField()))


def words(codes: Numbers, choices: type[TextChoices]) -> Names:
    return Names(codes, dict(enumerate(choices.values)))


COLUMNS: tuple[Combinable, ...] = (
    number("pk"),
    Moment("created_at"),
    Moment("first_responded_at"),
    Moment("resolved_at"),
    coded("status", Status),
    coded("priority", Level),
    number("category_id"),
    number("team_id"),
    number("assignee_id"),
    number("organization_id"),
    coded("channel", Channel),
    number("rating"),
    number("reopen_count"),
    number("reply_count"),
)


def read_tickets(query: QuerySet[Ticket], others: QuerySet[Ticket] | None = None) -> Tickets:
    """Return the tickets of a query, and those of another that has none of them, in the order of their numbers."""
    columns = fetch(query, *COLUMNS, others=others)
    order = np.argsort(columns[0], kind="stable")
    pk, created, responded, resolved, status, priority, category, team, assignee, organization, channel, *counts = (
        column[order] for column in columns
    )
    rating, reopened, replies = counts
    return Tickets(
        ids=pk,
        created_at=created,
        first_responded_at=responded,
        resolved_at=resolved,
        status=words(status, Status),
        priority=words(priority, Level),
        category=Names(category, names_of("category", category)),
        team=Names(team, names_of("team", team)),
        technician=Names(assignee, names_of("technician", assignee)),
        organization=Names(organization, names_of("organization", organization)),
        channel=words(channel, Channel),
        rating=np.maximum(rating, 0),
        reopen_count=reopened,
        reply_count=replies,
    )


def places_of(tickets: Tickets, numbers: Numbers) -> Places:
    """Return where the tickets with these numbers stand among tickets in the order of theirs; `NOBODY` where they do not."""
    if not len(tickets):
        return np.full(len(numbers), NOBODY, np.intp)
    found = np.minimum(np.searchsorted(tickets.ids, numbers), len(tickets) - 1)
    return np.where(tickets.ids[found] == numbers, found, NOBODY)


def joined(one: Tickets, other: Tickets) -> Tickets:
    """Return the tickets of both, which have none in common, in the order of their numbers."""
    order = np.argsort(np.concatenate([one.ids, other.ids]), kind="stable")
    pairs = zip(one.columns().items(), other.columns().values(), strict=True)
    return Tickets(**{name: _both(first, second)[order] for (name, first), second in pairs})


def _both(first: Any, second: Any) -> Any:
    if isinstance(first, Names):
        return Names(np.concatenate([first.codes, second.codes]), {**first.names, **second.names})
    return np.concatenate([first, second])


def names_of(dimension: str, codes: Numbers) -> Mapping[int, str]:
    """Return id → name of what these codes refer to."""
    ids = [pk for pk in np.unique(codes).tolist() if pk >= 0]
    if dimension == "technician":
        people = User.objects.filter(pk__in=ids).only("name", "username")
        return {person.pk: person.display_name for person in people}
    model, label = LABELS[dimension]
    return dict(model.objects.filter(pk__in=ids).values_list("pk", label))
