"""Saved views of the queue, and macros: prepared changes and texts."""

from django.db import models
from django.db.models import Q

from tickets.choices import Sharing, one_of
from tickets.models.history import Trail
from tickets.models.people import User
from tickets.models.technician import Team


class SharedQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> "SharedQuerySet":
        """Own ones, those of own teams, and those shared with all staff."""
        teams = Team.objects.filter(Q(technicians__user=user) | Q(lead=user)).values("pk")
        return self.filter(Q(owner=user) | Q(sharing=Sharing.TEAM, team__in=teams) | Q(sharing=Sharing.SHARED))


class Shareable(models.Model):
    name = models.CharField(max_length=100)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="%(class)ss")
    sharing = models.CharField(max_length=20, choices=Sharing.choices, default=Sharing.PRIVATE)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    position = models.PositiveSmallIntegerField(default=0)

    objects = SharedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "name"]
        constraints = [
            one_of("sharing", Sharing),
            models.CheckConstraint(
                condition=~Q(sharing=Sharing.TEAM) | Q(team__isnull=False), name="%(app_label)s_%(class)s_team_named"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SavedView(Shareable):
    """A queue with its filters. `query` is the query string of the page, as in `status=open&assignee=me`."""

    query = models.CharField(max_length=2_000, blank=True)


class Macro(Shareable):
    """Changes and a text applied with one click; without changes it is a canned reply.

    `changes` maps ticket fields to values as the API takes them; the text may hold placeholders like `{{ requester.name }}`.
    """

    changes = models.JSONField(default=dict, blank=True)
    text = models.TextField(blank=True)
    is_internal = models.BooleanField(default=False, help_text="The text becomes an internal note.")
    is_active = models.BooleanField(default=True)

    history = Trail()
