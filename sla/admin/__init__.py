"""Configuration in the Django admin, a file per noun."""

from sla.admin import calendars  # noqa: F401 - registering is what it is for
from tickets.admin.dashboard import add_to_menu

add_to_menu("Service levels", [("Calendars", "calendar_month", "sla_calendar")])
