"""What people are told: the news that has to be spread, what each person reads, and each message on its way to them."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from integrations.choices import Kind, Medium, Outcome
from integrations.models.connection import Connection
from integrations.models.route import Route
from tickets.choices import WorkQueue, one_of
from tickets.models import Ticket, TicketEvent, User, Work


class News(Work):
    """An event that somebody is to be told of. Written with the event; who that is, a worker finds out."""

    event = models.OneToOneField(TicketEvent, on_delete=models.CASCADE, related_name="+")

    class Meta(Work.Meta):
        verbose_name_plural = "news"

    def __str__(self) -> str:
        return f"News of event {self.event_id}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: User) -> "NotificationQuerySet":
        """A person's own, as far as they still see the tickets."""
        mine = self.filter(person=user, is_shown=True)
        if user.sees_all_tickets:
            return mine
        return mine.filter(Q(ticket=None) | Q(ticket__in=Ticket.objects.visible_to(user)))

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)


class Notification(models.Model):
    """What one person is told of one event, once (`key`). Those who want it elsewhere only do not see it behind the bell."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, null=True, related_name="notifications")
    event = models.ForeignKey(TicketEvent, on_delete=models.CASCADE, null=True, related_name="+")
    key = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=500, blank=True)
    is_shown = models.BooleanField("shown behind the bell", default=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("kind", Kind),
            models.UniqueConstraint(fields=["person", "key"], name="integrations_notification_once"),
        ]
        indexes = [models.Index("person", F("id").desc(), name="notification_of_person", condition=Q(is_shown=True))]

    def __str__(self) -> str:
        return self.title


class Message(Work):
    """One notification on its way to one place outside, or an event on its way to a connection that a route names.

    `tried_at` says that a try may have reached the other side; `in_digest`, that it goes out together with others.
    """

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, null=True, related_name="messages")
    medium = models.CharField(max_length=10, choices=Medium.choices)
    in_digest = models.BooleanField(default=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    event = models.ForeignKey(TicketEvent, on_delete=models.CASCADE, null=True, related_name="+")
    route = models.ForeignKey(Route, on_delete=models.SET_NULL, null=True, related_name="messages")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, null=True, related_name="+")
    channel = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, editable=False)
    tried_at = models.DateTimeField(null=True, editable=False)

    queue = WorkQueue.REMOTE
    lease_seconds = 60

    class Meta(Work.Meta):
        constraints = [
            *Work.Meta.constraints,
            one_of("medium", Medium),
            one_of("kind", Kind),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *Outcome.values]), name="integrations_message_outcome_known"
            ),
            models.UniqueConstraint(
                fields=["notification", "medium"],
                condition=~Q(notification=None),
                name="integrations_message_once",
            ),
            models.UniqueConstraint(
                fields=["event", "connection", "channel"],
                condition=Q(notification=None),
                name="integrations_message_to_channel_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.get_medium_display()}"

    def end(self, outcome: Outcome, **columns: Any) -> bool:
        """Write down what became of it; False where that is known already. One that failed may be tried again."""
        ended = Message.objects.filter(pk=self.pk, outcome__in=["", Outcome.FAILED]).update(outcome=outcome, **columns)
        self.outcome = outcome
        return bool(ended)
