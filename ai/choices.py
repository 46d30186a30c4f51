"""Every enumeration of this room."""

from django.db import models


class Learning(models.TextChoices):
    """What can be learned from the team's own tickets."""

    TRIAGE = "triage", "Triage"
    RISK = "risk", "Breach risk"
    SIMILAR = "similar", "Similar tickets"


class VersionState(models.TextChoices):
    CANDIDATE = "candidate", "Candidate"
    ACTIVE = "active", "Active"
    RETIRED = "retired", "Retired"


class RiskMoment(models.TextChoices):
    """When a forecast is kept, to be measured once the promise is kept or broken."""

    CREATION = "creation", "At creation"
    DAY = "day", "After a day"
    THREE_DAYS = "three_days", "After three days"


class PlanState(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    APPLIED = "applied", "Applied"


class AgentType(models.TextChoices):
    """What a language model is asked to be; each has its own versions of prompt, model, parameters and tools."""

    CUSTOMER_SUPPORT = "customer_support_agent", "Ticket from free text"
    CATEGORIZATION = "categorization_agent", "Categorisation"
    FILE_ANALYSIS = "file_analysis_agent", "File analysis"
    SUMMARY = "summary_agent", "Summary of a conversation"
    REPLY = "reply_agent", "Reply draft"


class ProviderKind(models.TextChoices):
    OPENAI = "openai", "OpenAI"
    ANTHROPIC = "anthropic", "Anthropic"
    COMPATIBLE = "compatible", "A server that speaks OpenAI's protocol"


class RunOutcome(models.TextChoices):
    """How asking a language model ended. Everything but `done` and `remembered` left the work to rules and local models."""

    RUNNING = "running", "Running"
    DONE = "done", "Done"
    REMEMBERED = "remembered", "Answered from memory"
    NO_MODEL = "no_model", "No model configured"
    BUSY = "busy", "All places taken"
    BUDGET = "budget", "Budget used up"
    TIMEOUT = "timeout", "Too slow"
    UNAVAILABLE = "unavailable", "Provider not available"
    REJECTED = "rejected", "Provider rejected the request"
    REFUSED = "refused", "Model refused"
    NONSENSE = "nonsense", "Answer made no sense"
    TOO_LONG = "too_long", "Took too many steps"
    STOPPED = "stopped", "Stopped by the person"
    LOST = "lost", "Broken off"


class TurnState(models.TextChoices):
    """How far the answer to a question in a conversation is."""

    RUNNING = "running", "Being written"
    DONE = "done", "Answered"
    LOCAL = "local", "Answered without a model"
    STOPPED = "stopped", "Stopped"
    BROKEN = "broken", "Broken off"


class ProposalState(models.TextChoices):
    PENDING = "pending", "Waiting"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"


class ResolutionState(models.TextChoices):
    OFFERED = "offered", "Offered"
    ACCEPTED = "accepted", "Accepted"
    DISCARDED = "discarded", "Discarded"


class TriageField(models.TextChoices):
    """What triage says something about."""

    CATEGORY = "category", "Category"
    PRIORITY = "priority", "Priority"
    URGENCY = "urgency", "Urgency"
    IMPACT = "impact", "Impact"
    TEAM = "team", "Team"
    ASSIGNEE = "assignee", "Technician"
    TAGS = "tags", "Tags"


class AdviceState(models.TextChoices):
    OPEN = "open", "Suggested"
    APPLIED = "applied", "Applied"
    ACCEPTED = "accepted", "Accepted"
    CORRECTED = "corrected", "Corrected"
    DISMISSED = "dismissed", "Dismissed"


class Source(models.TextChoices):
    """Where a suggestion comes from."""

    RULE = "rule", "Rule"
    MODEL = "model", "Learned"
    DISPATCH = "dispatch", "Dispatch"
