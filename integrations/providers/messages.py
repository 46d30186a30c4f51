"""What a system that shows tickets to people, and keeps none, is told of them: the desk's own words."""

from integrations.provider import Defaults, FieldDefault

SHOWN = ("status", "priority")
DEFAULTS = Defaults(
    fields=(
        FieldDefault("title", "title", "out", "ours"),
        FieldDefault("description", "text", "out", "ours"),
        FieldDefault("status", "status", "out", "ours"),
        FieldDefault("priority", "priority", "out", "ours"),
    ),
    values={
        "status": (
            ("open", "Open"),
            ("in_progress", "In progress"),
            ("pending", "Pending"),
            ("on_hold", "On hold"),
            ("resolved", "Resolved"),
            ("closed", "Closed"),
        ),
        "priority": (("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")),
    },
)
