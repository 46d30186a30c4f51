"""What goes out: one row for each thing that another system is to be told, carried out in order for each ticket."""

import secrets
from datetime import datetime

from django.db import models
from django.db.models import Q

from integrations.choices import Verb
from integrations.models.connection import Connection
from tickets.choices import WorkQueue, one_of
from tickets.models import Attachment, Comment, Ticket, User, Work


def new_marker() -> str:
    return secrets.token_hex(12)


class Delivery(Work):
    """`marker` goes along and finds again what was made; `sent_at` says that a try may have reached the other side,
    `unknowns` how often nobody could tell.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="deliveries")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="deliveries")
    verb = models.CharField(max_length=20, choices=Verb.choices)
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, related_name="+")
    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, null=True, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    marker = models.CharField(max_length=40, unique=True, default=new_marker, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    unknowns = models.PositiveSmallIntegerField(default=0, editable=False)

    queue = WorkQueue.REMOTE
    lease_seconds = 60

    class Meta(Work.Meta):
        verbose_name_plural = "deliveries"
        constraints = [
            *Work.Meta.constraints,
            one_of("verb", Verb),
            models.UniqueConstraint(
                fields=["connection", "comment"], condition=Q(verb="comment"), name="integrations_delivery_comment_once"
            ),
            models.UniqueConstraint(
                fields=["connection", "attachment"],
                condition=~Q(attachment=None),
                name="integrations_delivery_file_once",
            ),
            models.UniqueConstraint(
                fields=["connection", "ticket"],
                condition=Q(verb="create") & Q(state__in=["queued", "running"]),
                name="integrations_delivery_create_once",
            ),
        ]
        indexes = [*Work.Meta.indexes, models.Index(fields=["connection", "ticket", "id"], name="delivery_in_order")]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: T-{self.ticket_id} to {self.connection}"

    def mark_sent(self, now: datetime) -> None:
        """Note, before asking, that from now on the other side may have it."""
        self.sent_at = now
        self.save(update_fields=["sent_at"])
