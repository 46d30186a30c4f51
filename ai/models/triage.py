"""What triage says about a ticket, field by field, and what people made of it."""

from django.db import models
from django.db.models import Q

from ai.choices import AdviceState, Source, TriageField
from ai.models.learned import LearnedModel
from tickets.choices import WorkQueue, one_of
from tickets.models import Ticket, User, Work


class Triage(Work):
    """Looking at a new ticket once. The row is the work; that it is done is how a ticket is known to be triaged."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="triage")
    language = models.CharField(
        max_length=3, blank=True, help_text="ISO 639; `und` where unclear, empty until looked at."
    )

    class Meta(Work.Meta):
        indexes = [
            *Work.Meta.indexes,
            models.Index(fields=["id"], name="ai_triage_without_language", condition=Q(language="")),
        ]

    def __str__(self) -> str:
        return f"Triage of {self.ticket.reference}"


class SecondOpinion(Work):
    """Asking a language model once about the unsure advice for a ticket."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="second_opinion")

    queue = WorkQueue.REMOTE

    def __str__(self) -> str:
        return f"Second opinion on {self.ticket.reference}"


class FieldSuggestionQuerySet(models.QuerySet["FieldSuggestion"]):
    def visible_to(self, user: User) -> "FieldSuggestionQuerySet":
        """Suggestions are the desk's own: support staff see those of the tickets they see."""
        if not user.is_support_staff:
            return self.none()
        return self if user.sees_all_tickets else self.filter(ticket__in=Ticket.objects.visible_to(user))


class FieldSuggestion(models.Model):
    """The advice for one field. `value` is as the event log keeps it: text, `{"id", "name"}`, or a list of tags.

    `reasons` are the words that spoke for it; `others` are the next likely values as `{"value", "confidence"}`; `opinion` is what a
    language model would say instead, as `{"value", "confidence", "reason", "run"}`.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="field_suggestions")
    field = models.CharField(max_length=20, choices=TriageField.choices)
    value = models.JSONField()
    confidence = models.FloatField()
    reasons = models.JSONField(default=list)
    others = models.JSONField(default=list)
    opinion = models.JSONField(null=True)
    source = models.CharField(max_length=20, choices=Source.choices)
    version = models.ForeignKey(LearnedModel, on_delete=models.SET_NULL, null=True, related_name="field_suggestions")
    state = models.CharField(max_length=20, choices=AdviceState.choices, default=AdviceState.OPEN)
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = FieldSuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["ticket", "pk"]
        constraints = [
            one_of("field", TriageField),
            one_of("source", Source),
            one_of("state", AdviceState),
            models.UniqueConstraint(fields=["ticket", "field"], name="ai_fieldsuggestion_once"),
            models.CheckConstraint(condition=Q(confidence__gte=0, confidence__lte=1), name="ai_fieldsuggestion_share"),
        ]
        indexes = [
            models.Index(fields=["field", "state"], name="field_suggestion_by_state"),
            models.Index(fields=["made_at"], name="field_suggestion_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()}: {self.text}"

    @property
    def text(self) -> str:
        """The value as people read it."""
        if isinstance(self.value, dict):
            return str(self.value["name"])
        return ", ".join(self.value) if isinstance(self.value, list) else str(self.value).capitalize()

    @property
    def percent(self) -> int:
        return round(100 * self.confidence)
