"""The verbs of this room. Whoever asks about one imports `can` and `require` from here, so that the verbs are known."""

from tickets.choices import Role
from tickets.permissions import Actor, Rule, System, can, declare, require

declare(
    {
        "ai.advise": Rule(Role.TECHNICIAN),  # ask for advice, and see what was advised
        "ai.dispatch": Rule(Role.MANAGER),  # plan who takes what, and give tickets out
        "ai.watch": Rule(Role.MANAGER),  # see how good the advice is
        "ai.manage": Rule(Role.ADMIN),  # models, their versions and settings
    }
)

__all__ = ["Actor", "System", "can", "require"]
