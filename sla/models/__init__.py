"""The nouns of this room, one a file."""

from sla.models.calendar import Calendar, CalendarVersion
from sla.models.clock import Clock, Segment
from sla.models.policy import Edition, OrganizationCalendar, Policy, PolicyVersion
from sla.models.work import Application, Backfill

__all__ = [
    "Application",
    "Backfill",
    "Calendar",
    "CalendarVersion",
    "Clock",
    "Edition",
    "OrganizationCalendar",
    "Policy",
    "PolicyVersion",
    "Segment",
]
