"""Which events are told to whom besides those they concern."""

from django.db import models
from django.db.models import Q

from integrations.choices import Kind
from integrations.models.connection import Connection
from tickets.choices import Level
from tickets.models import Organization, Team, User
from tickets.models.history import Trail


class Route(models.Model):
    """Events of some kinds, of tickets that fit, go to a person, a team, or a channel of a connection."""

    name = models.CharField(max_length=100, unique=True)
    is_active = models.BooleanField("active", default=True)
    kinds = models.JSONField(default=list)
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+", help_text="Empty: any of them."
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, null=True, blank=True, related_name="+", help_text="Empty: any of them."
    )
    least_priority = models.CharField(max_length=20, choices=Level.choices, blank=True, help_text="Empty: any of them.")
    threshold = models.PositiveSmallIntegerField(
        "least share used",
        null=True,
        blank=True,
        help_text="Percent of the promised time, for what concerns promises; 100 is the breach.",
    )
    person = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    to_team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name="everybody of the team"
    )
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, null=True, blank=True, related_name="routes")
    channel = models.CharField(
        max_length=200, blank=True, help_text="Of the connection, like #on-call. Empty: where its settings say."
    )

    history = Trail()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(least_priority__in=["", *Level.values]), name="integrations_route_priority_known"
            ),
            models.CheckConstraint(
                condition=~Q(person=None, to_team=None, connection=None), name="integrations_route_leads_somewhere"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_labels(self) -> str:
        return ", ".join(Kind(kind).label for kind in self.kinds if kind in Kind.values)
