"""Every enumeration of this room, and the database constraint that goes with one."""

from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    ADMIN = "admin", "Admin"
    MANAGER = "manager", "Manager"
    TECHNICIAN = "technician", "Technician"
    REQUESTER = "requester", "Requester"


class TicketScope(models.TextChoices):
    """How much a user sees beyond, or short of, what the role gives."""

    STANDARD = "standard", "As the role says"
    TEAMS = "teams", "Technician: only tickets of own teams"
    ORGANIZATION = "organization", "Requester: all tickets of the organization"


class Tier(models.TextChoices):
    STANDARD = "standard", "Standard"
    SILVER = "silver", "Silver"
    GOLD = "gold", "Gold"


class Theme(models.TextChoices):
    SYSTEM = "system", "Like the device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class Status(models.TextChoices):
    OPEN = "open", "Open"
    IN_PROGRESS = "in_progress", "In progress"
    PENDING = "pending", "Pending"
    ON_HOLD = "on_hold", "On hold"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"


class Level(models.TextChoices):
    """Priority, urgency, impact and risk share one scale."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"
    CRITICAL = "critical", "Critical"


class Channel(models.TextChoices):
    """The door through which something came in."""

    WEB = "web", "Web"
    PORTAL = "portal", "Portal"
    API = "api", "API"
    EMAIL = "email", "E-mail"
    WEBHOOK = "webhook", "Webhook"
    MCP = "mcp", "MCP"
    CLI = "cli", "Command line"
    IMPORT = "import", "Import"
    SYSTEM = "system", "System"
    AI = "ai", "Advice"


class EventKind(models.TextChoices):
    TICKET_CREATED = "ticket_created", "Created"
    TICKET_CHANGED = "ticket_changed", "Changed"
    COMMENT_ADDED = "comment_added", "Commented"
    COMMENT_EDITED = "comment_edited", "Comment edited"
    COMMENT_REDACTED = "comment_redacted", "Comment redacted"
    COMMENT_MOVED = "comment_moved", "Comment moved"
    TIME_LOGGED = "time_logged", "Time logged"
    ATTACHMENT_ADDED = "attachment_added", "File attached"
    ATTACHMENT_REMOVED = "attachment_removed", "File removed"
    WATCHERS_CHANGED = "watchers_changed", "Watchers changed"
    TICKETS_LINKED = "tickets_linked", "Linked"
    TICKETS_UNLINKED = "tickets_unlinked", "Unlinked"
    TICKET_MERGED = "ticket_merged", "Merged"
    TICKET_UNMERGED = "ticket_unmerged", "Merge undone"
    TICKET_ARCHIVED = "ticket_archived", "Archived"
    TICKET_RESTORED = "ticket_restored", "Restored"
    TICKET_RATED = "ticket_rated", "Rated"
    SLA_WARNING = "sla_warning", "SLA warning"
    SLA_BREACHED = "sla_breached", "SLA breached"
    SLA_ACKNOWLEDGED = "sla_acknowledged", "SLA breach acknowledged"
    SLA_ESCALATED = "sla_escalated", "SLA escalated"
    SLA_WAIVED = "sla_waived", "SLA breach waived"
    SLA_UNWAIVED = "sla_unwaived", "SLA waiver taken back"
    EXTERNALLY_LINKED = "externally_linked", "Linked with another system"
    EXTERNALLY_DIFFERED = "externally_differed", "Different in another system"


class Side(models.TextChoices):
    """For whom a public reply speaks."""

    DESK = "desk", "The desk"
    CUSTOMER = "customer", "The customer"


class LinkKind(models.TextChoices):
    PARENT = "parent", "is parent of"
    RELATED = "related", "is related to"
    DUPLICATE = "duplicate", "is a duplicate of"


class CustomFieldKind(models.TextChoices):
    TEXT = "text", "Text"
    NUMBER = "number", "Number"
    CHOICE = "choice", "Choice"
    DATE = "date", "Date"
    CHECKBOX = "checkbox", "Checkbox"


class Sharing(models.TextChoices):
    PRIVATE = "private", "Only me"
    TEAM = "team", "My team"
    SHARED = "shared", "All staff"


class Audience(models.TextChoices):
    EVERYONE = "everyone", "Everyone"
    STAFF = "staff", "Support staff"


class WorkState(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    QUARANTINED = "quarantined", "Quarantined"


class WorkQueue(StrEnum):
    """Whose workers carry a kind of work out."""

    DESK = "celery"
    REMOTE = "remote"  # what waits for other people's servers: one that hangs must not slow the desk


class ProcessingStatus(models.TextChoices):
    """A file job's state as clients read it."""

    QUEUED = "queued", "Queued"
    PROCESSING = "processing", "Processing"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"


class ImportFormat(models.TextChoices):
    SERVICENOW = "servicenow", "ServiceNow"
    JIRA = "jira", "Jira"
    BUGZILLA = "bugzilla", "Bugzilla"
    ZENDESK = "zendesk", "Zendesk"
    CSV = "csv", "CSV"


OPEN_STATUSES = (Status.OPEN, Status.IN_PROGRESS, Status.PENDING, Status.ON_HOLD)
CLOSED_STATUSES = (Status.RESOLVED, Status.CLOSED)
PROCESSING = dict(zip(WorkState, ProcessingStatus, strict=True))
LEVEL_RANK = {Level.LOW: 1, Level.MEDIUM: 2, Level.HIGH: 3, Level.CRITICAL: 4}


def one_of(field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """Return the constraint that keeps `field` within `choices`, also for writes that bypass Django."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": choices.values}), name=f"%(app_label)s_%(class)s_{field}_known"
    )
