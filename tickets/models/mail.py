"""Mail on its way out."""

from django.db import models
from django.db.models import Q

from tickets.choices import WorkQueue
from tickets.models.work import Work


class OutgoingMail(Work):
    """One message, as it will go over the wire. The body is erased once it was sent."""

    recipients = models.JSONField()
    sender = models.CharField(max_length=320)
    subject = models.CharField(max_length=998, blank=True)
    message = models.BinaryField()
    message_id = models.CharField(max_length=250, blank=True, help_text="Of the mail itself.")
    sent_as = models.CharField(max_length=250, blank=True, help_text="Its id at a hosted sender.")

    queue = WorkQueue.REMOTE

    class Meta(Work.Meta):
        indexes = [
            *Work.Meta.indexes,
            models.Index(fields=["sent_as"], name="outgoingmail_by_sent_as", condition=~Q(sent_as="")),
        ]

    def __str__(self) -> str:
        return f"Mail {self.pk}"
