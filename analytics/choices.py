"""The enumerations of this room."""

from django.db import models


class Rhythm(models.TextChoices):
    """How often a report is sent by itself."""

    NEVER = "never", "Only when asked"
    DAILY = "daily", "Every day"
    WEEKLY = "weekly", "Every Monday"
    MONTHLY = "monthly", "On the first of a month"
