"""Who hears of a promise in danger, and what is done about it: rules, and what came of them."""

from django.db import models
from django.db.models import Q

from sla.choices import Metric, Outcome, PolicyKind
from sla.models.calendar import Calendar
from sla.models.clock import Clock
from sla.models.policy import Policy
from tickets.choices import WorkState
from tickets.models import User, Work
from tickets.models.history import Trail

UNFINISHED = [WorkState.QUEUED.value, WorkState.RUNNING.value]


class EscalationRule(models.Model):
    """One level: at which percentage of a target, after which delay, who is told and what is done."""

    name = models.CharField(max_length=100, unique=True)
    is_active = models.BooleanField(default=True)

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, null=True, blank=True, related_name="rules")
    kind = models.CharField(max_length=20, choices=PolicyKind.choices, blank=True, help_text="Empty: SLA and OLA.")
    metric = models.CharField(max_length=20, choices=Metric.choices, blank=True, help_text="Empty: any of them.")
    threshold = models.PositiveSmallIntegerField(
        default=100, help_text="Percent of the target; 150 is half of it too late."
    )
    level = models.PositiveSmallIntegerField(default=1, help_text="1 comes first; each level once for each promise.")
    delay_minutes = models.PositiveIntegerField(
        default=0, help_text="Real time after the level before; without one, after the threshold."
    )

    notify_assignee = models.BooleanField(default=False)
    notify_lead = models.BooleanField(default=False, help_text="The lead of the ticket's team.")
    notify_managers = models.BooleanField(default=False)
    notify_person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(
        max_length=100, blank=True, help_text="Named in the event, for an integration to deliver there."
    )
    reassign_to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    raise_priority = models.BooleanField(default=False, help_text="By one level.")
    tag = models.CharField(max_length=50, blank=True)

    quiet_calendar = models.ForeignKey(
        Calendar,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Outside of its hours it waits until they begin.",
    )
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    quiet_zone = models.CharField(max_length=64, default="UTC")
    since = models.DateTimeField(help_text="Looks at what is reached from then on.")

    history = Trail()

    class Meta:
        ordering = ["level", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["", *PolicyKind.values]), name="sla_rule_kind_known"),
            models.CheckConstraint(condition=Q(metric__in=["", *Metric.values]), name="sla_rule_metric_known"),
            models.CheckConstraint(
                condition=Q(level__gte=1, threshold__gte=1, threshold__lte=1000), name="sla_rule_range"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Escalation(Work):
    """One level of one promise: planned when its threshold was reached, carried out when its time has come."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="escalations", db_index=False)
    rule = models.ForeignKey(EscalationRule, on_delete=models.SET_NULL, null=True, related_name="escalations")
    level = models.PositiveSmallIntegerField()
    percent = models.PositiveSmallIntegerField()
    reached_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    told = models.JSONField(default=list, help_text="Who was told, as the log names them.")

    class Meta(Work.Meta):
        constraints = [
            *Work.Meta.constraints,
            models.UniqueConstraint(fields=["clock", "level"], name="sla_escalation_once"),
            models.CheckConstraint(condition=Q(outcome__in=["", *Outcome.values]), name="sla_escalation_outcome_known"),
        ]
        indexes = [models.Index(fields=["due"], name="sla_escalation_unfinished", condition=Q(state__in=UNFINISHED))]

    def __str__(self) -> str:
        return f"{self.clock}, level {self.level}"


class Marking(Work):
    """Letting open clocks look out for the thresholds of the rules as they are now. `position` is the last ticket done."""

    position = models.BigIntegerField(default=0, editable=False)

    lease_seconds = 120

    def __str__(self) -> str:
        return "Thresholds of escalation rules"
