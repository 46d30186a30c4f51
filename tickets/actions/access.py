"""Who may do what: roles, and taking access away. One active admin remains, whatever happens."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import F, Q
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from tickets import fields
from tickets.actions.people import signer
from tickets.choices import Role
from tickets.errors import Conflict, Invalid, NotAllowed
from tickets.models import Ticket, User
from tickets.permissions import Actor, require


@dataclass(frozen=True)
class Deactivation:
    """Who was deactivated, and how many unresolved tickets are still assigned to them: somebody should take those over."""

    user: User
    open_tickets: int


def change_role(*, user: User, by: Actor, role: str) -> User:
    """Give a person another role. Raises NotAllowed, Invalid, Conflict where the last active admin would be lost."""
    try:
        role = fields.choice(role, Role)
    except ValueError as error:
        raise Invalid({"role": [str(error)]}) from None
    with transaction.atomic():
        user = _lock(user, by, may_be_last=role == Role.ADMIN)
        require(by, "people.manage", Role(role))
        if role != user.role:
            user.role = role
            user.save(update_fields=["role"])
    return user


def deactivate_user(*, user: User, by: Actor) -> Deactivation:
    """Take somebody's access away at once: sign-in, sessions and tokens. Tickets stay assigned and are counted.

    Raises NotAllowed, Conflict where the last active admin would be lost.
    """
    with transaction.atomic():
        user = _lock(user, by, may_be_last=user == by)
        if user == by:
            raise NotAllowed("You cannot deactivate yourself. Ask another admin.", code="not_yourself")
        if user.is_active:
            user.is_active = False
            user.save(update_fields=["is_active"])
            end_sessions(user)
    return Deactivation(user, Ticket.objects.unresolved().filter(assignee=user).count())


def reactivate_user(*, user: User, by: Actor) -> User:
    """Let somebody sign in again; old sessions and tokens stay dead. Raises NotAllowed."""
    with transaction.atomic():
        user = _lock(user, by)
        if not user.is_active:
            user.is_active = True
            user.save(update_fields=["is_active"])
    return user


def end_sessions(user: User) -> None:
    """Sign a person out everywhere: browser sessions, and the tokens that could be refreshed."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    tokens = OutstandingToken.objects.filter(user=user, blacklistedtoken=None)
    BlacklistedToken.objects.bulk_create([BlacklistedToken(token=token) for token in tokens], ignore_conflicts=True)


def reset_second_factor(*, user: User, by: Actor) -> None:
    """Forget the second factor of somebody who lost it; their sessions end. Raises NotAllowed."""
    with transaction.atomic():
        user = _lock(user, by)
        if Authenticator.objects.filter(user=user).delete()[0]:
            end_sessions(user)


def _lock(user: User, by: Actor, *, may_be_last: bool = True) -> User:
    """Return a fresh, locked copy of the person after asking whether `by` manages them.

    Unless `may_be_last`, raise Conflict for the last active admin. The admins are locked along, always in the same order, so that
    two of them can neither step down at once nor wait for each other for ever.
    """
    admins = Q(role=Role.ADMIN, is_active=True)
    rows = User.objects.filter(Q(pk=user.pk) if may_be_last else Q(pk=user.pk) | admins).order_by("pk")
    locked = {row.pk: row for row in rows.select_for_update(of=("self",))}
    fresh: User = locked[user.pk]
    require(by, "people.manage", fresh)
    others = [row for row in locked.values() if row.pk != user.pk]
    if not may_be_last and fresh.role == Role.ADMIN and fresh.is_active and not others:
        raise Conflict("This is the last active admin. Make somebody else an admin first.", code="last_admin")
    fresh._history_user = signer(by)
    return fresh
