"""The filters of a ticket list, from the query string to the queryset.

Several values of one filter (repeated or separated by commas) mean "any of them"; several filters mean "all of them". Tags are the
exception: a ticket must carry every tag named.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from tickets import search
from tickets.choices import LEVEL_RANK, OPEN_STATUSES, Channel, CustomFieldKind, Level, Status
from tickets.errors import Invalid
from tickets.fields import choice, custom_fields_for, custom_value, moment
from tickets.models import Category, CustomField, Tag, Ticket, TicketLink, User
from tickets.models.ticket import TicketQuerySet

Params = Mapping[str, Sequence[str]]
Condition = Callable[[str, User], Q]
NOBODY = "none"
VALUES_AT_MOST = 100
QUERY_LENGTH = 500


def _one_of(field: str, choices: type[models.TextChoices]) -> Condition:
    return lambda value, _: Q(**{field: choice(value, choices)})


def _status(value: str, _user: User) -> Q:
    if value == "unresolved":
        return Q(status__in=OPEN_STATUSES)
    return Q(status=choice(value, Status))


def _ranks(field: str, values: Sequence[str]) -> Q:
    """Ask for levels by their rank, and for the range they span, which is where an order by rank begins and ends."""
    ranks = sorted({LEVEL_RANK[Level(choice(value, Level))] for value in values})
    within = Q(**{f"{field}_rank__gte": ranks[0], f"{field}_rank__lte": ranks[-1]})
    return within & Q(**{f"{field}_rank__in": ranks}) if len(ranks) > 1 else Q(**{f"{field}_rank": ranks[0]})


def _number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise ValueError("Give an id.")
    return int(value)


def _who(field: str) -> Condition:
    def condition(value: str, user: User) -> Q:
        if value == NOBODY:
            return Q(**{field: None})
        return Q(**{f"{field}_id": user.pk if value == "me" else _number(value)})

    return condition


def _team(value: str, user: User) -> Q:
    if value == "mine":
        return Q(team__in=user.technician.teams.values("pk")) if hasattr(user, "technician") else Q(pk=None)
    return Q(team=None) if value == NOBODY else Q(team_id=_number(value))


def _category(value: str, _user: User) -> Q:
    return Q(category=None) if value == NOBODY else Q(category__in=Category.objects.subtree_ids(_number(value)))


def _watcher(value: str, user: User) -> Q:
    pk = user.pk if value == "me" else _number(value)
    if pk != user.pk and not user.is_support_staff:
        raise ValueError("Write me; who else watches is known to support staff.")
    return Q(pk__in=Ticket.watchers.through.objects.filter(user_id=pk).values("ticket_id"))


def _linked(value: str, user: User) -> Q:
    pk = _number(value)
    if not user.is_support_staff:
        raise ValueError("Links are known to support staff.")
    return Q(pk__in=TicketLink.objects.filter(source=pk).values("target")) | Q(
        pk__in=TicketLink.objects.filter(target=pk).values("source")
    )


def _flag(yes: Q) -> Condition:
    def condition(value: str, _user: User) -> Q:
        if value not in ("true", "false"):
            raise ValueError("Write true or false.")
        return yes if value == "true" else ~yes

    return condition


def _overdue(value: str, user: User) -> Q:
    return _flag(Q(due_at__lt=timezone.now()) & Q(status__in=OPEN_STATUSES))(value, user)


def _time(lookup: str) -> Condition:
    return lambda value, user: Q(**{lookup: moment(value, user)})


def _rating(value: str, _user: User) -> Q:
    return Q(rating=None) if value == NOBODY else Q(rating=_number(value))


def _source(value: str, _user: User) -> Q:
    return Q(source=value) & ~Q(external_id="")  # what came from elsewhere has an id there, and only that is indexed


def _exactly(field: str) -> Condition:
    return lambda value, _: Q(**{field: value})


TIMES = ("created", "updated", "due", "first_responded", "resolved", "closed")
CONDITIONS: dict[str, Condition] = {
    "status": _status,
    "urgency": _one_of("urgency", Level),
    "impact": _one_of("impact", Level),
    "channel": _one_of("channel", Channel),
    "assignee": _who("assignee"),
    "requester": _who("requester"),
    "organization": _who("organization"),
    "team": _team,
    "category": _category,
    "watcher": _watcher,
    "linked_to": _linked,
    "rating": _rating,
    "source": _source,
    "external_id": _exactly("external_id"),
    "overdue": _overdue,
    "merged": _flag(~Q(merged_into=None)),
    **{f"{name}_after": _time(f"{name}_at__gte") for name in TIMES},
    **{f"{name}_before": _time(f"{name}_at__lt") for name in TIMES},
}
CUSTOM = "custom_fields."
RANKED = frozenset({"priority", "risk"})
LISTED = (*CONDITIONS, *sorted(RANKED))
NAMES = frozenset({*LISTED, "tag", "archived", "q"})


def is_filter(name: str) -> bool:
    return name in NAMES or name.startswith(CUSTOM)


def filter_tickets(rows: TicketQuerySet, params: Params, user: User) -> QuerySet[Ticket]:
    """Narrow visible tickets by the filters among `params`; archived ones are left out unless `archived=true`.

    Names that are no filter are not looked at: a caller that must refuse them asks `is_filter`. Raises Invalid with every bad value.
    """
    errors: dict[str, list[str]] = {}
    given = {name: _split(name, params[name]) for name in params if is_filter(name)}
    archived = (given.pop("archived", []) or ["false"])[-1]
    rows = rows.filter(~Q(archived_at=None)) if archived == "true" else rows.current()
    words = " ".join(given.pop("q", []))[:QUERY_LENGTH].replace("\x00", " ").strip()
    for tag in _tag_ids(given.pop("tag", [])):
        rows = rows.filter(pk__in=Ticket.tags.through.objects.filter(tag_id=tag).values("ticket_id"))
    for name, values in given.items():
        try:
            rows = rows.filter(_any_of(name, values, user)) if values else rows
        except ValueError as error:
            errors[name] = [str(error)]
    if errors:
        raise Invalid(errors)
    return search.find_tickets(rows, words, user) if words else rows


def _split(name: str, values: Sequence[str]) -> list[str]:
    """Return the single values of a filter, without empty ones."""
    parts = values if name == "q" else [part for value in values for part in value.split(",")]
    return [part.strip().replace("\x00", "") for part in parts if part.strip()][:VALUES_AT_MOST]


def _tag_ids(names: list[str]) -> list[int]:
    """Return the ids of tags, 0 for an unknown one: the planner knows how many tickets a tag has by its id, not by its name."""
    wanted = {name.lower() for name in names}
    ids = dict(Tag.objects.filter(name__in=wanted).values_list("name", "pk")) if wanted else {}
    return [ids.get(name, 0) for name in sorted(wanted)]


def _any_of(name: str, values: list[str], user: User) -> Q:
    if name in RANKED:
        return _ranks(name, values)
    condition = _custom(name.removeprefix(CUSTOM), user) if name.startswith(CUSTOM) else CONDITIONS[name]
    found = Q()
    for value in values:
        found |= condition(value, user)
    return found


def _custom(key: str, user: User) -> Condition:
    field = custom_fields_for(user).filter(key=key).first()
    if field is None:
        raise ValueError("There is no such custom field.")
    return lambda value, _: Q(**{f"custom_fields__{key}__exact": _custom_typed(field, value)})


def _custom_typed(field: CustomField, value: str) -> Any:
    wrong = field.kind == CustomFieldKind.CHECKBOX and value not in ("true", "false")
    if wrong:
        raise ValueError("Write true or false.")
    return custom_value(field, value)
