"""The verbs of this room. Whoever asks about one imports `can` and `require` from here, so that the verbs are known.

Figures of one technician are asked with `sla.performance`.
"""

from tickets.choices import Role
from tickets.permissions import Actor, Rule, System, can, declare, require

declare(
    {
        "analytics.view": Rule(Role.TECHNICIAN),  # figures of the tickets somebody sees
        "analytics.people": Rule(Role.MANAGER),  # figures of all technicians side by side
    }
)

__all__ = ["Actor", "System", "can", "require"]
