"""The log of everything that happened to tickets. Timeline, live updates, webhooks, audit and analytics read nothing else."""

from django.db import models
from django.db.models import Q

from tickets.choices import Channel, EventKind, Side, one_of
from tickets.models.people import User
from tickets.models.ticket import Ticket


class TicketEventQuerySet(models.QuerySet["TicketEvent"]):
    def visible_to(self, user: User) -> "TicketEventQuerySet":
        """Events of visible tickets; a requester sees the public ones."""
        tickets = Ticket.objects.visible_to(user)
        events = self if user.sees_all_tickets else self.filter(ticket__in=tickets)
        return events if user.is_support_staff else events.filter(is_public=True)


def _said_by(side: Side) -> models.Index:
    """What figures read of messages, so that they are counted without opening the events."""
    condition = Q(kind=EventKind.COMMENT_ADDED, data__side=side.value)
    return models.Index(
        fields=["occurred_at"], include=["ticket", "version"], condition=condition, name=f"event_said_by_{side}"
    )


class TicketEvent(models.Model):
    """One thing that happened. `version` counts per ticket, so a reader that knows its last one can ask for the rest.

    `changes` maps a field to `[old, new]`; a reference is written as `{"id": ..., "name": ...}`, so that the line stays readable
    after the record is renamed. `data` holds what else the kind needs (the comment's id, the minutes, the linked ticket).
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="events", db_index=False)
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=30, choices=EventKind.choices)
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(max_length=150)
    channel = models.CharField(max_length=20, choices=Channel.choices)
    occurred_at = models.DateTimeField()
    changes = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    is_public = models.BooleanField(default=True)

    objects = TicketEventQuerySet.as_manager()

    class Meta:
        ordering = ["ticket", "version"]
        constraints = [
            one_of("kind", EventKind),
            one_of("channel", Channel),
            models.UniqueConstraint(fields=["ticket", "version"], name="tickets_ticketevent_once"),
        ]
        indexes = [
            models.Index(fields=["kind", "occurred_at"], name="event_by_kind"),
            *(_said_by(side) for side in (Side.DESK, Side.CUSTOMER)),
        ]

    def __str__(self) -> str:
        return f"T-{self.ticket_id} {self.get_kind_display()} by {self.actor_name}"

    def changed(self, field: str) -> bool:
        return field in self.changes
