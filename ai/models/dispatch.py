"""Plans of who takes what, and the rules by which tickets are given out without anybody asking."""

from django.db import models

from ai.choices import PlanState
from tickets.choices import Level, one_of
from tickets.models import Team, User
from tickets.models.history import Trail


class DispatchPlan(models.Model):
    """A proposal for every waiting ticket, with its reasons. Applied by a manager, or left to lie."""

    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField(null=True, help_text="Until it was made.")
    state = models.CharField(max_length=20, choices=PlanState.choices, default=PlanState.PROPOSED)
    placements = models.JSONField(default=list, help_text="ticket, worker (none: it waits), points, terms with words.")
    applied_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict, help_text="Tickets given out, and why others were not.")

    class Meta:
        ordering = ["-pk"]
        constraints = [one_of("state", PlanState)]

    def __str__(self) -> str:
        return f"Plan {self.pk}"


class DispatchRule(models.Model):
    """Which waiting tickets are given out every minute, in the same terms as a plan."""

    name = models.CharField(max_length=100, unique=True)
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, help_text="Only tickets of this team; all when empty."
    )
    least_priority = models.CharField(
        max_length=20, choices=Level.choices, default=Level.LOW, help_text="Only tickets of this priority or above."
    )
    only_on_shift = models.BooleanField(default=True, help_text="Only to people who are at work at that moment.")
    is_active = models.BooleanField(default=True)

    history = Trail()

    class Meta:
        ordering = ["name"]
        constraints = [one_of("least_priority", Level)]

    def __str__(self) -> str:
        return self.name
