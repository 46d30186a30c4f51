"""What was learned from the team's own tickets, version by version. A version never changes but for its state."""

from django.db import models
from django.db.models import Q

from ai.choices import Learning, VersionState
from tickets.choices import one_of


class LearnedModel(models.Model):
    """One result of a training: its figures, and what prediction needs, packed by `ai.learned.pack`."""

    kind = models.CharField(max_length=20, choices=Learning.choices)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=VersionState.choices, default=VersionState.CANDIDATE)
    learned_at = models.DateTimeField()
    examples = models.PositiveIntegerField(help_text="Tickets it was learned from.")
    metrics = models.JSONField(default=dict, help_text="Figures on tickets later than those it was learned from.")
    verdict = models.CharField(max_length=500, blank=True, help_text="Why it is used, or is not.")
    artifact = models.BinaryField()

    class Meta:
        ordering = ["kind", "-number"]
        constraints = [
            one_of("kind", Learning),
            one_of("state", VersionState),
            models.UniqueConstraint(fields=["kind", "number"], name="ai_learnedmodel_once"),
            models.UniqueConstraint(fields=["kind"], condition=Q(state="active"), name="ai_learnedmodel_one_active"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} v{self.number}"
