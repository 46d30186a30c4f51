"""The verbs of this room. Whoever asks about one imports `can` and `require` from here, so that the verbs are known."""

from tickets.choices import Role
from tickets.permissions import Actor, Rule, System, can, declare, require

declare(
    {
        "sla.view": Rule(Role.TECHNICIAN),
        "sla.manage": Rule(Role.MANAGER),  # calendars, policies, rules and what follows from them
        "sla.acknowledge": Rule(Role.TECHNICIAN, lambda user, breach: can(user, "ticket.view", breach.clock.ticket)),
        "sla.waive": Rule(Role.MANAGER),
    }
)

__all__ = ["Actor", "System", "can", "require"]
