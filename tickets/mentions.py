"""Calling somebody by `@username` in a comment: who can be called, who was, and whom to offer."""

from itertools import islice

from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from tickets.models import Ticket, User
from tickets.permissions import can
from tickets.text import mentioned_usernames

OFFERED = 8


def can_be_called(user: User, ticket: Ticket, *, internal: bool) -> bool:
    """True for who can read the comment, and for colleagues, who come to see the ticket by being called in a note."""
    return user.is_support_staff if internal else can(user, "ticket.view", ticket)


def called_in(body: str, ticket: Ticket, *, internal: bool) -> list[User]:
    """Return the people whom a comment calls."""
    names = mentioned_usernames(body)
    if not names:
        return []
    users = User.objects.annotate(lower=Lower("username")).filter(lower__in=names, is_active=True)
    return [user for user in users if can_be_called(user, ticket, internal=internal)]


def people_to_call(ticket: Ticket, typed: str, *, by: User, internal: bool) -> list[User]:
    """Return a few people whose name or username goes on from what was typed, those of the ticket first."""
    near = Q(pk__in=[ticket.requester_id, ticket.assignee_id]) | Q(pk__in=ticket.watchers.values("pk"))
    known = User.objects.filter(near, is_active=True) | User.objects.support_staff()
    begins = Q(username__istartswith=typed) | Q(name__istartswith=typed) | Q(name__icontains=f" {typed}")
    found: QuerySet[User] = known.filter(begins).exclude(pk=by.pk)
    found = found.order_by(Case(When(near, then=Value(0)), default=Value(1)), "name", "username")
    return list(islice((user for user in found if can_be_called(user, ticket, internal=internal)), OFFERED))
