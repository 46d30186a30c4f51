"""The ticket, its links to other tickets, and who may see it."""

import re
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, F, GeneratedField, Index, Q, QuerySet, Value, When

from tickets.choices import (
    CLOSED_STATUSES,
    LEVEL_RANK,
    OPEN_STATUSES,
    Channel,
    Level,
    LinkKind,
    Status,
    TicketScope,
    one_of,
)
from tickets.models.classification import Category, Tag
from tickets.models.people import Organization, User
from tickets.models.technician import Team

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from tickets.models.conversation import Comment

REFERENCE = re.compile(r"^(?:T-)?(\d{1,18})$", re.IGNORECASE)
NOT_ARCHIVED = Q(archived_at=None)
UNRESOLVED = NOT_ARCHIVED & Q(status__in=OPEN_STATUSES)


def reference_of(pk: int) -> str:
    """Return the name people use. Numbers start at 1001, so the id itself serves."""
    return f"T-{pk}"


def rank_of(field: str) -> GeneratedField:
    """Return a stored column that sorts `field` by level, 0 where it is empty."""
    cases = [When(**{field: level}, then=Value(rank)) for level, rank in LEVEL_RANK.items()]
    return GeneratedField(
        expression=Case(*cases, default=Value(0)), output_field=models.PositiveSmallIntegerField(), db_persist=True
    )


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: User) -> "TicketQuerySet":
        """The one rule of which tickets a user sees; pages, API, sockets and search all start here."""
        if not user.is_active:
            return self.none()
        if user.is_support_staff:
            if user.sees_all_tickets:
                return self
            teams = Team.objects.filter(technicians__user=user).values("pk")
            return self.filter(Q(team__in=teams) | Q(assignee=user) | Q(pk__in=user.watched_tickets.values("pk")))
        return self.filter(pk__in=self._asked_by(user))

    def _asked_by(self, user: User) -> QuerySet[Any]:
        """Ids of what a requester asked or follows. A union, because an OR would read the whole table by date."""
        mine = [Ticket.objects.filter(requester=user).values("pk"), user.watched_tickets.order_by().values("pk")]
        if user.ticket_scope == TicketScope.ORGANIZATION and user.organization_id:
            mine.append(Ticket.objects.filter(organization=user.organization_id).values("pk"))
        return mine[0].order_by().union(*(rows.order_by() for rows in mine[1:]), all=True)

    def current(self) -> "TicketQuerySet":
        """Leave out what is archived."""
        return self.filter(NOT_ARCHIVED)

    def unresolved(self) -> "TicketQuerySet":
        return self.filter(UNRESOLVED)

    def by_reference(self, reference: str) -> "TicketQuerySet":
        """Find `T-1042` or `1042`."""
        match = REFERENCE.match(reference.strip())
        return self.filter(pk=int(match[1])) if match else self.none()


class Ticket(models.Model):
    """Somebody's request for help. Written by actions only: each write appends a `TicketEvent` and raises `version`."""

    title = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    description_html = models.TextField(blank=True, editable=False)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.OPEN)
    priority = models.CharField(max_length=20, choices=Level.choices, default=Level.MEDIUM)
    priority_rank = rank_of("priority")
    urgency = models.CharField(max_length=20, choices=Level.choices, default=Level.MEDIUM)
    impact = models.CharField(max_length=20, choices=Level.choices, default=Level.MEDIUM)
    risk = models.CharField(max_length=20, choices=Level.choices, default=Level.LOW, editable=False)
    risk_rank = rank_of("risk")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets", db_index=False
    )
    requester = models.ForeignKey(User, on_delete=models.PROTECT, related_name="requested_tickets", db_index=False)
    assignee = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="assigned_tickets", db_index=False
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets", db_index=False
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="tickets")
    watchers = models.ManyToManyField(User, blank=True, related_name="watched_tickets")
    custom_fields = models.JSONField(default=dict, blank=True)
    channel = models.CharField(max_length=20, choices=Channel.choices, default=Channel.WEB)
    resolution = models.TextField(blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    first_responded_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    reopen_count = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text="How often it was taken up again after its resolution."
    )
    reply_count = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text="Public replies of the desk."
    )
    rating = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The requester's answer, 1 (bad) to 5 (good)."
    )
    rating_comment = models.TextField(blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged_tickets"
    )
    source = models.CharField(max_length=50, blank=True, help_text="The system an imported ticket came from.")
    external_id = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = TicketQuerySet.as_manager()

    if TYPE_CHECKING:
        comments: RelatedManager[Comment]

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("status", Status),
            one_of("priority", Level),
            one_of("urgency", Level),
            one_of("impact", Level),
            one_of("risk", Level),
            one_of("channel", Channel),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__gte=1, rating__lte=5), name="tickets_ticket_rating_range"
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="tickets_ticket_external_once"
            ),
        ]
        indexes = [
            Index(F("updated_at").desc(), F("id").desc(), name="ticket_by_updated", condition=NOT_ARCHIVED),
            Index("status", F("updated_at").desc(), F("id").desc(), name="ticket_by_status", condition=NOT_ARCHIVED),
            Index(F("updated_at").desc(), F("id").desc(), name="ticket_unresolved_by_updated", condition=UNRESOLVED),
            Index(F("priority_rank").desc(), F("id").desc(), name="ticket_unresolved_by_rank", condition=UNRESOLVED),
            Index("assignee", "status", F("updated_at").desc(), F("id").desc(), name="ticket_by_assignee"),
            Index("team", "status", F("updated_at").desc(), F("id").desc(), name="ticket_by_team"),
            Index("organization", F("updated_at").desc(), F("id").desc(), name="ticket_by_organization"),
            Index("requester", F("updated_at").desc(), F("id").desc(), name="ticket_by_requester"),
            Index(F("created_at").desc(), F("id").desc(), name="ticket_by_created", condition=NOT_ARCHIVED),
            Index(F("priority_rank").desc(), F("id").desc(), name="ticket_by_priority", condition=NOT_ARCHIVED),
            Index(F("risk_rank").desc(), F("id").desc(), name="ticket_by_risk", condition=NOT_ARCHIVED),
            Index("due_at", "id", name="ticket_by_due", condition=NOT_ARCHIVED & ~Q(due_at=None)),
            # Everything that figures are made of, so that they are counted without reading texts, nor what was resolved long ago
            Index(
                fields=["resolved_at", "created_at"],
                include=[
                    *("id", "first_responded_at", "status", "priority", "category", "team", "assignee", "organization"),
                    *("channel", "rating", "reopen_count", "reply_count", "merged_into", "archived_at"),
                ],
                name="ticket_figures",
                condition=NOT_ARCHIVED,
            ),
            # What is often asked for and rarely or never there: without these, "none" is known only at the table's end.
            Index("urgency", name="ticket_by_urgency"),
            Index("impact", name="ticket_by_impact"),
            Index("channel", name="ticket_by_channel"),
            Index("rating", name="ticket_by_rating", condition=~Q(rating=None)),
            Index("resolved_at", name="ticket_by_resolved", condition=~Q(resolved_at=None)),
            Index("closed_at", name="ticket_by_closed", condition=~Q(closed_at=None)),
            Index("archived_at", name="ticket_by_archived", condition=~Q(archived_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        return reference_of(self.pk)

    @property
    def is_resolved(self) -> bool:
        return self.status in CLOSED_STATUSES


class TicketLink(models.Model):
    """`source` <kind> `target`: "T-1 is parent of T-2", "T-3 is a duplicate of T-1"."""

    source = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=20, choices=LinkKind.choices)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            one_of("kind", LinkKind),
            models.UniqueConstraint(fields=["source", "target", "kind"], name="tickets_ticketlink_once"),
            models.UniqueConstraint(
                fields=["target"], condition=Q(kind="parent"), name="tickets_ticketlink_one_parent"
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="tickets_ticketlink_two_tickets"),
        ]

    def __str__(self) -> str:
        return f"T-{self.source_id} {self.get_kind_display()} T-{self.target_id}"
