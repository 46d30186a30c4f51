"""The verbs of this room. Whoever asks about one imports `can` and `require` from here, so that the verbs are known."""

from tickets.choices import Role
from tickets.permissions import Actor, Rule, System, can, declare, require

declare(
    {
        "integration.view": Rule(Role.TECHNICIAN),  # which tickets are known elsewhere, and handing one on
        "integration.manage": Rule(Role.MANAGER),  # connections, their credentials and mappings
    }
)

__all__ = ["Actor", "System", "can", "require"]
