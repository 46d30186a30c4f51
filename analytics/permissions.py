"""The verbs of this room. Whoever asks about one imports `can` and `require` from here, so that the verbs are known.

Figures of one technician are asked with `sla.performance`.
"""

from analytics.models import Report
from tickets.choices import Role
from tickets.models import User
from tickets.permissions import Actor, Rule, System, can, declare, require


def _shared_with(user: User, report: Report) -> bool:
    return Report.objects.visible_to(user).filter(pk=report.pk).exists()


def _owns_or_manages(user: User, report: Report) -> bool:
    return _shared_with(user, report) and (report.owner_id == user.pk or user.role in (Role.MANAGER, Role.ADMIN))


declare(
    {
        "analytics.view": Rule(Role.TECHNICIAN),  # figures of the tickets somebody sees
        "analytics.people": Rule(Role.MANAGER),  # figures of all technicians side by side
        "report.save": Rule(Role.TECHNICIAN),
        "report.run": Rule(Role.TECHNICIAN, _shared_with),
        "report.change": Rule(Role.TECHNICIAN, _owns_or_manages, Role.MANAGER),
        "report.send": Rule(Role.MANAGER),  # to addresses of people outside of the desk
    }
)

__all__ = ["Actor", "System", "can", "require"]
