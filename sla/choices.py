"""Every enumeration of this room."""

from django.db import models


class Metric(models.TextChoices):
    FIRST_RESPONSE = "first_response", "First response"
    NEXT_RESPONSE = "next_response", "Next response"
    RESOLUTION = "resolution", "Resolution"


class PolicyKind(models.TextChoices):
    CUSTOMER = "customer", "SLA: promised to the customer, from the ticket's creation"
    INTERNAL = "internal", "OLA: promised by a team or vendor, from each assignment"


class ClockState(models.TextChoices):
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    MET = "met", "Met"
    MISSED = "missed", "Missed"
    CANCELLED = "cancelled", "Cancelled"


class Cause(models.TextChoices):
    """What began a segment of a ledger, or ended a clock."""

    CREATED = "created", "Created"
    REPLY = "reply", "Staff replied"
    MESSAGE = "message", "The customer wrote"
    STATUS = "status", "Status changed"
    PRIORITY = "priority", "Priority changed"
    TEAM = "team", "Team changed"
    MERGED = "merged", "Merged"
    UNMERGED = "unmerged", "Merge undone"
    ARCHIVED = "archived", "Archived"
    RESTORED = "restored", "Restored"
    TERMS = "terms", "Another policy or calendar holds"
    LAPSED = "lapsed", "No policy holds"
    APPLIED = "applied", "An edited policy or calendar was applied"


class Scope(models.TextChoices):
    """Which tickets an edited policy or calendar holds for."""

    NEW = "new", "New tickets only"
    OPEN = "open", "New tickets and all open ones"
    SINCE = "since", "Tickets created from a date on"


class BreachState(models.TextChoices):
    """Whether somebody has to look at a breach; worked out, not stored."""

    OPEN = "open", "Open"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    WAIVED = "waived", "Waived"


class Outcome(models.TextChoices):
    """What became of an escalation."""

    CARRIED_OUT = "carried_out", "Carried out"
    ACKNOWLEDGED = "acknowledged", "Stopped by an acknowledgement"
    WAIVED = "waived", "Stopped by a waiver"
    NOT_NEEDED = "not_needed", "The promise had ended"


OPEN_STATES = (ClockState.RUNNING, ClockState.PAUSED)
