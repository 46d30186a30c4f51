"""The nouns of this room, one a file."""

from sla.models.calendar import Calendar, CalendarVersion

__all__ = ["Calendar", "CalendarVersion"]
