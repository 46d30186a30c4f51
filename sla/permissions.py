"""The verbs of this room. Whoever asks about one imports `can` and `require` from here, so that the verbs are known."""

from typing import Any

from tickets.choices import Role
from tickets.models import User
from tickets.permissions import RANK, Actor, Rule, System, can, declare, require


def _is_self_or_manages(user: User, technician: Any) -> bool:
    return user.pk == technician.pk or RANK[Role(user.role)] >= RANK[Role.MANAGER]


declare(
    {
        "sla.performance": Rule(Role.TECHNICIAN, _is_self_or_manages, Role.MANAGER),  # the object: whose
        "sla.view": Rule(Role.TECHNICIAN),
        "sla.manage": Rule(Role.MANAGER),  # calendars, policies, rules and what follows from them
        "sla.acknowledge": Rule(Role.TECHNICIAN, lambda user, breach: can(user, "ticket.view", breach.clock.ticket)),
        "sla.waive": Rule(Role.MANAGER),
    }
)

__all__ = ["Actor", "System", "can", "require"]
