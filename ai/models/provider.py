"""Where language models are reached, and what they may cost."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator, URLValidator
from django.db import models
from django.db.models import Q

from ai.choices import ProviderKind
from tickets.choices import one_of
from tickets.crypto import EncryptedField
from tickets.models.history import Trail


class ModelProvider(models.Model):
    """One link of the chain: asked in order of position, the next one where this one fails."""

    name = models.CharField(
        max_length=50,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9_-]*$", "Use small letters, digits, - and _.")],
    )
    kind = models.CharField(max_length=20, choices=ProviderKind.choices)
    model = models.CharField(max_length=100, help_text="Used where an agent's configuration names no other.")
    base_url = models.CharField(
        max_length=300,
        blank=True,
        validators=[URLValidator(["http", "https"])],
        help_text="Of a server of your own, such as http://127.0.0.1:11434/v1 for Ollama; empty for the provider's own.",
    )
    api_key = EncryptedField(
        blank=True,
        help_text="Kept encrypted. Empty: OPENAI_API_KEY, ANTHROPIC_API_KEY or AI_API_KEY of the environment.",
    )
    position = models.PositiveSmallIntegerField(default=100, help_text="The lowest is asked first.")
    is_active = models.BooleanField(default=True)
    timeout_seconds = models.PositiveSmallIntegerField(
        default=20, validators=[MinValueValidator(1), MaxValueValidator(120)], help_text="For one answer."
    )
    concurrency = models.PositiveSmallIntegerField(
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(64)],
        help_text="Requests at once, all processes.",
    )
    input_price = models.DecimalField(
        max_digits=10, decimal_places=4, null=True, blank=True, help_text="USD for a million tokens; empty: list price."
    )
    output_price = models.DecimalField(
        max_digits=10, decimal_places=4, null=True, blank=True, help_text="USD for a million tokens; empty: list price."
    )
    masks = models.BooleanField(
        "hides personal data", default=True, help_text="Switch off only for a server of your own."
    )

    history = Trail(excluded_fields=("api_key",))

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            one_of("kind", ProviderKind),
            models.CheckConstraint(
                condition=~Q(kind=ProviderKind.COMPATIBLE) | ~Q(base_url=""), name="ai_modelprovider_has_address"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ModelBudget(models.Model):
    """What language models may cost in a calendar month (UTC); one row."""

    monthly_limit = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="USD; empty: AI_MONTHLY_BUDGET of the environment. When it is used up, providers that cost something are asked "
        "no more until the month ends.",
    )
    alert_percent = models.PositiveSmallIntegerField(
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="Admins get a mail at this share.",
    )

    history = Trail()

    def __str__(self) -> str:
        return "As the environment says" if self.monthly_limit is None else f"{self.monthly_limit} USD a month"


class BudgetNotice(models.Model):
    """That admins were told about a month's spending; at most once for each mark."""

    month = models.DateField()
    percent = models.PositiveSmallIntegerField()
    told_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "percent"], name="ai_budgetnotice_once")]

    def __str__(self) -> str:
        return f"{self.month:%B %Y}: {self.percent} %"
