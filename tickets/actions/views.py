"""Saved views and macros: prepared questions and prepared answers."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.http import QueryDict

from tickets import placeholders
from tickets.actions.answering import answer_ticket
from tickets.choices import Channel, Sharing
from tickets.errors import Invalid
from tickets.fields import TEXT_LENGTH, choice, clean, reference, text
from tickets.finding.filters import filter_tickets
from tickets.finding.views import forget_views
from tickets.models import Macro, SavedView, Team, Ticket, User
from tickets.permissions import require

S = TypeVar("S", SavedView, Macro)


def save_view(
    *, by: User, name: Any, query: Any, sharing: Any = Sharing.PRIVATE, team: Any = None, view: SavedView | None = None
) -> SavedView:
    """Make a saved view, or change `view`. `query` is the queue's query string; raises Invalid where a filter makes no sense."""
    view = _prepare(view or SavedView(owner=by), "view", by)
    errors = _share(view, by, name, sharing, team)
    try:
        view.query = text(query, 2_000)
        filter_tickets(Ticket.objects.none(), dict(QueryDict(view.query).lists()), by)
    except ValueError as error:
        errors["query"] = [str(error)]
    except Invalid as error:
        errors |= error.errors
    view = _store(view, errors)
    transaction.on_commit(forget_views)
    return view


def save_macro(
    *,
    by: User,
    name: Any,
    text_template: Any = "",
    changes: Mapping[str, Any] | None = None,
    internal: bool = False,
    sharing: Any = Sharing.PRIVATE,
    team: Any = None,
    macro: Macro | None = None,
) -> Macro:
    """Make a macro, or change `macro`. Raises Invalid for unknown placeholders, fields or values."""
    macro = _prepare(macro or Macro(owner=by), "macro", by)
    errors = _share(macro, by, name, sharing, team)
    try:
        macro.text = text(text_template, TEXT_LENGTH)
        unknown = placeholders.unknown(macro.text)
        if unknown:
            errors["text"] = [f"Unknown placeholder: {', '.join(unknown)}. Known: {', '.join(placeholders.NAMES)}."]
    except ValueError as error:
        errors["text"] = [str(error)]
    macro.changes, macro.is_internal = dict(changes or {}), internal
    try:
        clean(macro.changes, by=by)
    except Invalid as error:
        errors |= error.errors
    if not macro.text and not macro.changes:
        errors.setdefault("text", ["Write a text or choose a change."])
    return _store(macro, errors)


def delete_view(*, view: SavedView, by: User) -> None:
    """Remove a saved view."""
    require(by, "view.change", view)
    view.delete()
    transaction.on_commit(forget_views)


def delete_macro(*, macro: Macro, by: User) -> None:
    """Remove a macro."""
    require(by, "macro.change", macro)
    macro.delete()


def apply_macro(*, macro: Macro, ticket: Ticket, by: User, via: Channel, base_version: int | None = None) -> Ticket:
    """Carry out a macro on a ticket: its changes and its text, both or none."""
    body = placeholders.fill(macro.text, ticket=ticket, me=by)
    return answer_ticket(
        ticket=ticket,
        by=by,
        via=via,
        body=body,
        internal=macro.is_internal,
        changes=macro.changes,
        base_version=base_version,
    )


def _prepare(row: S, noun: str, by: User) -> S:
    require(by, f"{noun}.change" if row.pk else f"{noun}.save", row if row.pk else None)
    return row


def _share(row: SavedView | Macro, by: User, name: Any, sharing: Any, team: Any) -> dict[str, list[str]]:
    """Set name and sharing; returns what is wrong with them."""
    errors: dict[str, list[str]] = {}
    try:
        row.name = text(name, 100, required=True).strip()
    except ValueError as error:
        errors["name"] = [str(error)]
    try:
        row.sharing = choice(sharing, Sharing)
        row.team = reference(team, Team.objects.filter(is_active=True)) if row.sharing == Sharing.TEAM else None
        if row.sharing == Sharing.TEAM and row.team is None:
            errors["team"] = ["Name the team."]
    except LookupError:
        errors["team"] = ["There is no such team."]
    except ValueError as error:
        errors["sharing"] = [str(error)]
    return errors


def _store(row: S, errors: dict[str, list[str]]) -> S:
    if errors:
        raise Invalid(errors)
    with transaction.atomic():
        row.save()
    return row
