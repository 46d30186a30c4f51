"""What an admin sets about triage: rules for a desk without history, and from when on advice is followed by itself."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from ai.choices import TriageField
from tickets.choices import Level, one_of
from tickets.models import Category, Team
from tickets.models.history import Trail

PERCENT = [MinValueValidator(1), MaxValueValidator(100)]
LEVELS = ("priority", "urgency", "impact")


def level() -> Any:
    return models.CharField(max_length=20, choices=Level.choices, blank=True)


class TriageRule(models.Model):
    """Where one of the words stands in a ticket, this is suggested. The first rule that says something about a field counts."""

    name = models.CharField(max_length=100, unique=True)
    position = models.PositiveIntegerField(default=100, help_text="Rules are read from the lowest number up.")
    is_active = models.BooleanField(default=True)
    words = models.JSONField(default=list, help_text="Words or phrases; one of them is enough. A * ends a beginning.")
    confidence = models.PositiveSmallIntegerField(
        default=60, validators=PERCENT, help_text="How often it is right, in percent, as far as you know."
    )
    category = models.ForeignKey(Category, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    category_name = models.CharField(
        max_length=100, blank=True, help_text="For a rule that comes with the product: the category of this name."
    )
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    priority = level()
    urgency = level()
    impact = level()
    tags = models.JSONField(default=list, blank=True)

    history = Trail()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__in": ["", *Level.values]}), name=f"ai_triagerule_{name}_known"
                )
                for name in LEVELS
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=1, confidence__lte=100), name="ai_triagerule_confidence"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        words = self.words if isinstance(self.words, list) else []
        if not words or not all(isinstance(word, str) and word.strip("* ") for word in words):
            raise ValidationError({"words": "Write at least one word or phrase."})


class TriageSetting(models.Model):
    """From what confidence on the advice for a field is shown, and from what on it is followed by itself."""

    field = models.CharField(max_length=20, choices=TriageField.choices, unique=True)
    suggest_from = models.PositiveSmallIntegerField(
        default=30, validators=PERCENT, help_text="Percent. What is less sure is not shown."
    )
    apply_from = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=PERCENT,
        help_text="Percent. What is as sure as this is set at once. Empty: suggest only. Never what a person has set.",
    )

    ask_model = models.BooleanField(
        "second opinion",
        default=False,
        help_text="Ask a language model about what is not sure enough to be set. Category and levels only; it sets nothing.",
    )

    history = Trail()

    class Meta:
        ordering = ["pk"]
        constraints = [
            one_of("field", TriageField),
            models.CheckConstraint(
                condition=Q(suggest_from__gte=1, suggest_from__lte=100), name="ai_triagesetting_suggest"
            ),
            models.CheckConstraint(
                condition=Q(apply_from=None) | Q(apply_from__gte=1, apply_from__lte=100), name="ai_triagesetting_apply"
            ),
        ]

    def __str__(self) -> str:
        return self.get_field_display()
