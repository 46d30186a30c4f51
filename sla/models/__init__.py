"""The nouns of this room, one a file."""

from sla.models.breach import Breach, EarlyWarning, Waiver
from sla.models.calendar import Calendar, CalendarVersion
from sla.models.clock import Clock, Segment
from sla.models.escalation import Escalation, EscalationRule, Marking
from sla.models.policy import Edition, OrganizationCalendar, Policy, PolicyVersion
from sla.models.work import Application, Backfill

__all__ = [
    "Application",
    "Backfill",
    "Breach",
    "Calendar",
    "CalendarVersion",
    "Clock",
    "EarlyWarning",
    "Edition",
    "Escalation",
    "EscalationRule",
    "Marking",
    "OrganizationCalendar",
    "Policy",
    "PolicyVersion",
    "Segment",
    "Waiver",
]
