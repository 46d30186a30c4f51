"""What is foreseen for open promises, and what was foreseen at fixed moments: written by `ai/actions/risk.py` only."""

from django.db import models
from django.db.models import Q

from ai.choices import RiskMoment
from ai.models.learned import LearnedModel
from tickets.choices import one_of
from tickets.models import Ticket


class RiskForecast(models.Model):
    """How likely a ticket's promised solution comes too late, when it may come, and why. Made anew when `due` has come.

    `probability` is empty while nothing can be foretold; the clock alone tells the risk then.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="risk_forecast")
    probability = models.FloatField(null=True)
    completion_at = models.DateTimeField(null=True, help_text="When about half of such tickets are done.")
    reasons = models.JSONField(default=list, help_text="Sentences with `raises`, the strongest first.")
    said = models.CharField(max_length=200, blank=True, help_text="Why nothing is foretold.")
    version = models.ForeignKey(LearnedModel, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True, help_text="When it has to be looked at again; empty where nothing is open.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(probability=None) | Q(probability__gte=0, probability__lte=1), name="ai_riskforecast_share"
            )
        ]
        indexes = [models.Index(fields=["due"], name="ai_riskforecast_due", condition=~Q(due=None))]

    def __str__(self) -> str:
        return (
            f"T-{self.ticket_id} {self.percent} %" if self.percent is not None else f"T-{self.ticket_id} by the clock"
        )

    @property
    def percent(self) -> int | None:
        return None if self.probability is None else round(100 * self.probability)


class RiskSample(models.Model):
    """What was foretold for a ticket at a fixed moment of its life, as it was told. Never changed: it is measured by what came."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="risk_samples", db_index=False)
    moment = models.CharField(max_length=20, choices=RiskMoment.choices)
    percent = models.PositiveSmallIntegerField()
    version = models.ForeignKey(LearnedModel, on_delete=models.SET_NULL, null=True, related_name="+")
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["ticket", "pk"]
        constraints = [
            one_of("moment", RiskMoment),
            models.UniqueConstraint(fields=["ticket", "moment"], name="ai_risksample_once"),
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="ai_risksample_share"),
        ]
        indexes = [models.Index(fields=["taken_at"], name="ai_risksample_by_time")]

    def __str__(self) -> str:
        return f"T-{self.ticket_id} {self.get_moment_display()}: {self.percent} %"
