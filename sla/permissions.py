"""The verbs of this room. Whoever asks about one imports `can` and `require` from here, so that the verbs are known."""

from tickets.choices import Role
from tickets.permissions import Actor, Rule, System, can, declare, require

declare(
    {
        "sla.view": Rule(Role.TECHNICIAN),
        "sla.manage": Rule(Role.MANAGER),  # calendars, policies and what follows from them
    }
)

__all__ = ["Actor", "System", "can", "require"]
