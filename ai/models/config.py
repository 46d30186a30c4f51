"""What an agent is told and may use, version by version, and which version is in use."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models

from ai.choices import AgentType
from tickets.choices import one_of
from tickets.models import User


class AIConfig(models.Model):
    """One version of an agent's configuration. It never changes: an edit, or going back, makes the next one."""

    agent = models.CharField(max_length=40, choices=AgentType.choices)
    number = models.PositiveIntegerField()
    system_prompt = models.TextField()
    model = models.CharField(max_length=160)
    temperature = models.FloatField()
    max_tokens = models.PositiveIntegerField()
    timeout = models.PositiveSmallIntegerField(help_text="Seconds for the whole run.")
    tools_enabled = models.JSONField(default=list)
    note = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["agent", "-number"]
        verbose_name = "agent configuration"
        constraints = [
            one_of("agent", AgentType),
            models.UniqueConstraint(fields=["agent", "number"], name="ai_aiconfig_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_agent_display()} v{self.number}"

    @property
    def values(self) -> dict[str, Any]:
        """Return what the version says, by the names of the contract."""
        return {name: getattr(self, name) for name in CONFIGURED}


CONFIGURED = ("system_prompt", "model", "temperature", "max_tokens", "timeout", "tools_enabled")


class AgentSetting(models.Model):
    """Which version of an agent's configuration is in use, and which one is tried beside it."""

    agent = models.CharField(max_length=40, choices=AgentType.choices, unique=True)
    config = models.ForeignKey(AIConfig, on_delete=models.PROTECT, related_name="+")
    trial = models.ForeignKey(AIConfig, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    trial_share = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(100)], help_text="Percent of the runs that use the version on trial."
    )

    class Meta:
        constraints = [
            one_of("agent", AgentType),
            models.CheckConstraint(condition=models.Q(trial_share__lte=100), name="ai_agentsetting_share"),
        ]

    def __str__(self) -> str:
        return f"{self.config}, {self.trial_share} % {self.trial}" if self.trial else str(self.config)
