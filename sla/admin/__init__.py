"""Configuration in the Django admin, a file per noun."""

from sla.admin import breaches, calendars, escalation, policies  # noqa: F401 - registering is what it is for
from tickets.admin.dashboard import add_to_menu

add_to_menu(
    "Service levels",
    [
        ("Policies", "handshake", "sla_policy"),
        ("Calendars", "calendar_month", "sla_calendar"),
        ("Escalation rules", "trending_up", "sla_escalationrule"),
        ("Breaches", "timer_off", "sla_breach"),
        ("Waivers", "volunteer_activism", "sla_waiver"),
        ("Escalations", "notifications_active", "sla_escalation"),
    ],
)
