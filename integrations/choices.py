"""Every enumeration of this room."""

from enum import StrEnum

from django.db import models


class Health(models.TextChoices):
    UNKNOWN = "unknown", "Not tried yet"
    WELL = "well", "Works"
    FAILING = "failing", "Fails"
    REFUSED = "refused", "Sign-in refused"


class Field(models.TextChoices):
    """The fields of a ticket that can be kept in step with another system."""

    TITLE = "title", "Title"
    DESCRIPTION = "description", "Description"
    STATUS = "status", "Status"
    PRIORITY = "priority", "Priority"
    URGENCY = "urgency", "Urgency"
    IMPACT = "impact", "Impact"
    TAGS = "tags", "Tags"
    RESOLUTION = "resolution", "Resolution"


class Direction(models.TextChoices):
    BOTH = "both", "Both ways"
    OUT = "out", "From here to there"
    IN = "in", "From there to here"


class Winner(models.TextChoices):
    """Whose value stays where both sides changed a field since they last agreed."""

    OURS = "ours", "Ours"
    THEIRS = "theirs", "Theirs"
    NEWEST = "newest", "The newest"
    ASK = "ask", "Ours, until somebody decides"


class Verb(models.TextChoices):
    CREATE = "create", "Create the record"
    LINK_BACK = "link_back", "Link back to the ticket"
    UPDATE = "update", "Bring fields in step"
    COMMENT = "comment", "Send a comment"
    EDIT = "edit", "Change a comment"
    ATTACH = "attach", "Send a file"


class PartKind(models.TextChoices):
    COMMENT = "comment", "Comment"
    FILE = "file", "File"


class RowKind(models.TextChoices):
    """What a row of another system's answer is."""

    RECORD = "record", "Record"
    COMMENT = "comment", "Comment"
    OTHER = "other", "Other"


class SyncKind(models.TextChoices):
    CHANGES = "changes", "What changed since the last time"
    HISTORY = "history", "Everything there is"
    CHECK = "check", "Every linked ticket compared"


class Parity(StrEnum):
    """What became of a difference that a comparison found."""

    THEIRS = "theirs"  # taken over here
    OURS = "ours"  # stays, and is told there or being decided on
    GONE = "gone"
    UNREADABLE = "unreadable"


class MailDirection(models.TextChoices):
    IN = "in", "Received"
    OUT = "out", "Sent"


class MailEvent(StrEnum):
    """What a hosted sender tells of a mail."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"  # reported as spam
    UNSUBSCRIBED = "unsubscribed"


class HeldBecause(models.TextChoices):
    """Why a letter waits for somebody to look at it."""

    BOUNCE = "bounce", "Mail that could not be delivered"
    AUTOMATIC = "automatic", "Automatic answer"
    BULK = "bulk", "Mailing list or bulk mail"
    OURS = "ours", "Our own mail coming back"
    LOOP = "loop", "Too many from one sender"
    CLOSED_DOOR = "closed_door", "The sender may not open tickets"


class Ability(StrEnum):
    """What a provider may or may not be able to do; the rest every provider does."""

    UPDATE = "update"
    TRANSITION = "transition"  # statuses change by a call of their own
    COMMENT = "comment"
    EDIT = "edit"  # comments, once they are there
    ATTACH = "attach"
    LINK_BACK = "link_back"
    READ = "read"
    IMPORT = "import"
    CHANGES = "changes"
    WEBHOOK = "webhook"
    NOTIFY = "notify"  # people read messages there


class Wish(StrEnum):
    """What a person asks for from within another system."""

    OPEN = "open"  # a ticket
    STATUS = "status"  # to be told how it stands
    ASSIGN = "assign"  # it to themselves
    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"


class WebhookRefusal(StrEnum):
    """Why something that came to a webhook's address was not taken."""

    UNKNOWN = "unknown"  # no connection has this address
    DISABLED = "disabled"
    NO_SECRET = "no_secret"  # noqa: S105 - a reason, no secret
    FORGED = "forged"
    STALE = "stale"
    FOREIGN = "foreign"  # well signed, and about somebody else's records
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    REPLAYED = "replayed"


class Kind(models.TextChoices):
    """What people are told of. Where one event is several of these to somebody, the first of them in this order is what they read."""

    MENTION = "mention", "You are mentioned"
    ASSIGNED = "assigned", "Assigned to you"
    ESCALATED = "escalated", "Escalated to you"
    SLA_BREACHED = "sla_breached", "Promise broken"
    SLA_WARNING = "sla_warning", "Promise in danger"
    RECEIPT = "receipt", "Your request has arrived"
    REPLY = "reply", "Reply"
    NOTE = "note", "Internal note"
    RESOLVED = "resolved", "Resolved"
    MERGED = "merged", "Merged"
    STATUS = "status", "Status changed"
    RATED = "rated", "Rated"
    TEAM_ASSIGNED = "team_assigned", "Handed to your team"
    NEW_TICKET = "new_ticket", "New ticket for your team"
    CONNECTION = "connection", "Another system fails"
    BUDGET = "budget", "Budget of language models"


class Medium(models.TextChoices):
    """Where somebody reads a notification."""

    APP = "app", "Here"
    EMAIL = "email", "E-mail"
    SLACK = "slack", "Slack"
    TEAMS = "teams", "Teams"
    SMS = "sms", "SMS"


class Outcome(models.TextChoices):
    """What became of a message; empty while it waits."""

    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    DROPPED = "dropped", "Not needed any more"
    UNKNOWN = "unknown", "Perhaps sent"
    FAILED = "failed", "Failed"


class Digest(models.TextChoices):
    OFF = "off", "At once"
    HOURLY = "hourly", "Together, every hour"
    DAILY = "daily", "Together, once a day"


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    GERMAN = "de", "Deutsch"
