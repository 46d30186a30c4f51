"""What language models were asked, what it cost and how it ended. No text of tickets, prompts or answers is kept here."""

from django.db import models

from ai.choices import AgentType, ProposalState, RunOutcome
from ai.models.config import AIConfig
from tickets.choices import Channel, one_of
from tickets.models import Ticket, User


class AIRun(models.Model):
    """One time an agent was asked to do something. While it runs, `cost` is the most it may come to."""

    agent = models.CharField(max_length=40, choices=AgentType.choices)
    config = models.ForeignKey(AIConfig, on_delete=models.PROTECT, null=True, related_name="runs")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, related_name="ai_runs")
    channel = models.CharField(max_length=20, choices=Channel.choices)
    provider = models.CharField(max_length=50, blank=True)
    model = models.CharField(max_length=160, blank=True)
    outcome = models.CharField(max_length=20, choices=RunOutcome.choices, default=RunOutcome.RUNNING)
    detail = models.CharField(max_length=300, blank=True, help_text="The kind of error, without what was said.")
    attempts = models.JSONField(default=list, help_text="Each request: provider, outcome, milliseconds.")
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=6, default=0, help_text="USD.")
    hidden_values = models.PositiveIntegerField(default=0, help_text="Personal values that did not leave.")
    milliseconds = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "AI run"
        constraints = [one_of("agent", AgentType), one_of("outcome", RunOutcome), one_of("channel", Channel)]
        indexes = [
            models.Index(fields=["started_at"], name="ai_run_by_start"),
            models.Index(fields=["agent", "started_at"], name="ai_run_by_agent"),
        ]

    def __str__(self) -> str:
        return f"{self.get_agent_display()} {self.pk}"


class ToolCall(models.Model):
    """That a tool was used, by whom, and whether it was let. The audit of the MCP server and of agents."""

    tool = models.CharField(max_length=60)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    run = models.ForeignKey(AIRun, on_delete=models.SET_NULL, null=True, related_name="tool_calls")
    ticket = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, related_name="+")
    code = models.CharField(max_length=50, help_text="`ok`, or the code of the refusal.")
    milliseconds = models.PositiveIntegerField(default=0)
    called_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.tool}: {self.code}"


class Proposal(models.Model):
    """A write that a model wants; nothing happens until the person it would act for says so."""

    run = models.ForeignKey(AIRun, on_delete=models.SET_NULL, null=True, related_name="proposals")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, related_name="+")
    tool = models.CharField(max_length=60)
    arguments = models.JSONField(help_text="Emptied once it is settled.")
    state = models.CharField(max_length=20, choices=ProposalState.choices, default=ProposalState.PENDING)
    made_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [one_of("state", ProposalState)]
        indexes = [models.Index(fields=["user", "state"], name="ai_proposal_waiting")]

    def __str__(self) -> str:
        return f"{self.tool} {self.pk}"
