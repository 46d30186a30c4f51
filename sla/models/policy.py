"""Policies and their versions: who is promised what. A version never changes; an edit makes a new one."""

from django.db import models
from django.db.models import Q

from sla.choices import PolicyKind
from tickets.choices import one_of
from tickets.models import Organization, User


class PolicyQuerySet(models.QuerySet["Policy"]):
    def with_latest(self) -> "PolicyQuerySet":
        """Fetch the versions along, newest first."""
        return self.prefetch_related(models.Prefetch("versions", PolicyVersion.objects.select_related("calendar")))


class Policy(models.Model):
    """A promise with a name. What it says is in its latest version, `policy.latest`."""

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20, choices=PolicyKind.choices, default=PolicyKind.CUSTOMER)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "policies"
        constraints = [one_of("kind", PolicyKind)]

    def __str__(self) -> str:
        return self.name

    @property
    def latest(self) -> "PolicyVersion":
        return self.versions.all()[0]


class PolicyVersion(models.Model):
    """What a policy says from an edit on: for which tickets, what is promised, by which hours, and when time rests."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    position = models.PositiveIntegerField(
        default=100, help_text="Policies are tried in this order; the first that fits holds."
    )
    is_active = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False, help_text="Holds where no other policy fits; has no conditions.")
    conditions = models.JSONField(
        default=dict, help_text="organizations, tiers, categories, teams, tags, channels → accepted ids or values."
    )
    targets = models.JSONField(default=dict, help_text="Metric → priority → minutes of working time.")
    pauses = models.JSONField(default=dict, help_text="Metric → statuses in which its time rests.")
    warnings = models.JSONField(default=list, help_text="Percentages of a target at which to warn.")
    calendar = models.ForeignKey("sla.Calendar", on_delete=models.PROTECT, related_name="+")
    uses_customers_calendar = models.BooleanField(
        default=False, help_text="Count by the organization's own calendar where it has one."
    )
    after_ticket = models.BigIntegerField(default=0, help_text="Holds for tickets with a higher number only.")
    created_since = models.DateTimeField(null=True, help_text="Holds for tickets created from then on only.")
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["policy", "-number"]
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="sla_policyversion_once")]

    def __str__(self) -> str:
        return f"{self.policy} v{self.number}"


class OrganizationCalendar(models.Model):
    """The calendar an organization has chosen for policies that count by the customer's hours."""

    organization = models.OneToOneField(
        Organization, on_delete=models.CASCADE, primary_key=True, related_name="sla_calendar"
    )
    calendar = models.ForeignKey("sla.Calendar", on_delete=models.PROTECT, related_name="organizations")

    def __str__(self) -> str:
        return f"{self.organization}: {self.calendar}"


class Edition(models.Model):
    """One row: which edition of policies and calendars is current. Processes keep the book of an edition in memory."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.CharField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="sla_edition_one_row")]

    def __str__(self) -> str:
        return self.token
