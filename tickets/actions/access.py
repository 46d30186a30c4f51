"""Who may do what: roles, and taking access away. One active admin remains, whatever happens."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import F
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
        user = _lock(user, by)
        require(by, "people.manage", Role(role))
        if role != user.role:
            if role != Role.ADMIN:
                require_another_admin(user)
            user.role = role
            user.save(update_fields=["role"])
    return user


def deactivate_user(*, user: User, by: Actor) -> Deactivation:
    """Take somebody's access away at once: sign-in, sessions and tokens. Tickets stay assigned and are counted.

    Raises NotAllowed, Conflict where the last active admin would be lost.
    """
    with transaction.atomic():
        user = _lock(user, by)
        if user == by:
            raise NotAllowed("You cannot deactivate yourself. Ask another admin.", code="not_yourself")
        if user.is_active:
            require_another_admin(user)
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


def require_another_admin(user: User) -> None:
    """Raise Conflict where `user` is the last active admin. Locks the admins, so that two cannot step down at once."""
    admins = User.objects.filter(role=Role.ADMIN, is_active=True).select_for_update(of=("self",)).order_by("pk")
    if [admin.pk for admin in admins] == [user.pk]:
        raise Conflict("This is the last active admin. Make somebody else an admin first.", code="last_admin")


def _lock(user: User, by: Actor) -> User:
    fresh: User = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    require(by, "people.manage", fresh)
    fresh._history_user = signer(by)
    return fresh
