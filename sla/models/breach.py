"""What the watch noticed: warnings and breaches, and what was forgiven. Written by `sla/actions/` only."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from sla.choices import BreachState, Metric, PolicyKind
from sla.models.clock import Clock
from tickets.choices import Level, one_of
from tickets.models import Organization, Team, Ticket, User

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Noticed(models.Model):
    """What a clock reached and when somebody looked. `expected_at` lies behind `reached_at` where only a later change made it so."""

    reached_at = models.DateTimeField()
    expected_at = models.DateTimeField(help_text="The first moment at which it could be noticed.")
    detected_at = models.DateTimeField()
    is_late = models.BooleanField(default=False, help_text="The watch had not run when it was reached.")
    is_quiet = models.BooleanField(default=False, help_text="Noted only: reached before the ticket was promised this.")

    class Meta:
        abstract = True

    @property
    def late_by(self) -> timedelta:
        return self.detected_at - self.expected_at


class EarlyWarning(Noticed):
    """A percentage of a target that was used up, once for each clock."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="warnings", db_index=False)
    percent = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "percent"], name="sla_earlywarning_once")]

    def __str__(self) -> str:
        return f"{self.clock} at {self.percent} %"


class Waiver(models.Model):
    """Somebody forgave breaches, and said why. Taken back, it stays on record and forgives nothing."""

    reason = models.CharField(max_length=500)
    terms = models.JSONField(default=dict, help_text="The filter by which the breaches were chosen.")
    breach_count = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    revoked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        breaches: RelatedManager["Breach"]

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.reason


class BreachQuerySet(models.QuerySet["Breach"]):
    def visible_to(self, user: User) -> "BreachQuerySet":
        """Support staff see those of the tickets they see; what the desk owes is told to requesters on their tickets only."""
        if user.sees_all_tickets:
            return self
        return self.filter(ticket__in=Ticket.objects.visible_to(user)) if user.is_support_staff else self.none()

    def in_state(self, state: str) -> "BreachQuerySet":
        """Keep those in a `BreachState`; each is in one."""
        if state == BreachState.WAIVED:
            return self.exclude(waiver=None)
        return self.filter(waiver=None, acknowledged_at__isnull=state == BreachState.OPEN)

    def with_names(self) -> "BreachQuerySet":
        return self.select_related(
            *(
                "clock",
                "organization",
                "technician",
                "team",
                "policy_version__policy",
                "acknowledged_by",
                "waiver__made_by",
            )
        )


class Breach(Noticed):
    """A promise that was not kept, with what held at that moment; a later change of the ticket does not rewrite it."""

    clock = models.OneToOneField(Clock, on_delete=models.CASCADE, related_name="breach")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="breaches")
    kind = models.CharField(max_length=20, choices=PolicyKind.choices)
    metric = models.CharField(max_length=20, choices=Metric.choices)
    policy_version = models.ForeignKey("sla.PolicyVersion", on_delete=models.PROTECT, related_name="breaches")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    technician = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    target = models.DurationField()
    severity = models.CharField(max_length=20, choices=Level.choices)
    customer_impact = models.CharField(max_length=300)
    escalation_required = models.BooleanField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    waiver = models.ForeignKey(Waiver, on_delete=models.SET_NULL, null=True, related_name="breaches")

    objects = BreachQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "breaches"
        constraints = [one_of("kind", PolicyKind), one_of("metric", Metric), one_of("severity", Level)]
        indexes = [
            models.Index(F("reached_at").desc(), F("id").desc(), name="sla_breach_by_time"),
            models.Index("technician", "reached_at", name="sla_breach_by_technician"),
            models.Index("detected_at", name="sla_breach_open", condition=Q(acknowledged_at=None, waiver=None)),
        ]

    def __str__(self) -> str:
        return f"T-{self.ticket_id} {self.get_metric_display().lower()}"

    @property
    def breach_type(self) -> str:
        """`response` or `resolution`, as other programs name it."""
        return "resolution" if self.metric == Metric.RESOLUTION else "response"

    @property
    def state(self) -> BreachState:
        if self.waiver_id:
            return BreachState.WAIVED
        return BreachState.ACKNOWLEDGED if self.acknowledged_at else BreachState.OPEN
