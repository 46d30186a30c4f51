"""One change or one macro for many tickets, each in its own transaction; one refusal does not stop the others."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tickets.actions.tickets import change_ticket
from tickets.actions.views import apply_macro
from tickets.choices import Channel
from tickets.errors import DomainError, Invalid, NoSuchTicket
from tickets.fields import clean
from tickets.models import Macro, Ticket, User

AT_MOST = 1000  # tickets in one go
Change = Callable[[Ticket], Ticket]


@dataclass
class BulkResult:
    """What became of each ticket; `versions` has the new version of those that are different now."""

    changed: list[int] = field(default_factory=list)
    versions: dict[int, int] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)


def bulk_change(*, ticket_ids: Iterable[int], by: User, via: Channel, changes: Mapping[str, Any]) -> BulkResult:
    """Make the same change to many tickets.

    `add_tags` and `remove_tags` (lists of names) change tags without replacing the others. Raises Invalid where the change itself
    makes no sense.
    """
    plain = {name: value for name, value in changes.items() if name not in ("add_tags", "remove_tags")}
    add, remove = (set(clean({"tags": changes.get(name, [])}, by=by)["tags"]) for name in ("add_tags", "remove_tags"))
    clean(plain, by=by)
    if not plain and not add and not remove:
        raise Invalid({"changes": ["Say what to change."]})

    def change(ticket: Ticket) -> Ticket:
        wish = dict(plain)
        if add or remove:
            wish["tags"] = sorted(({tag.name for tag in ticket.tags.all()} | add) - remove)
        return change_ticket(ticket=ticket, by=by, via=via, changes=wish)

    return _each(ticket_ids, by, change)


def bulk_macro(*, macro: Macro, ticket_ids: Iterable[int], by: User, via: Channel) -> BulkResult:
    """Carry out a macro on many tickets. Raises Invalid where none, or too many, are named."""
    return _each(ticket_ids, by, lambda ticket: apply_macro(macro=macro, ticket=ticket, by=by, via=via))


def _each(ticket_ids: Iterable[int], by: User, change: Change) -> BulkResult:
    ids = list(dict.fromkeys(ticket_ids))
    if not 0 < len(ids) <= AT_MOST:
        raise Invalid({"ids": [f"Name 1 to {AT_MOST} tickets."]})
    found = Ticket.objects.visible_to(by).prefetch_related("tags").in_bulk(ids)
    result = BulkResult()
    for pk in ids:
        try:
            if pk not in found:
                raise NoSuchTicket
            after = change(found[pk])
            result.changed.append(pk)
            if after.version != found[pk].version:
                result.versions[pk] = after.version
        except DomainError as error:
            result.refused[pk] = error.sentence
    return result
