"""Mail on its way out."""

from django.db import models

from tickets.choices import WorkQueue
from tickets.models.work import Work


class OutgoingMail(Work):
    """One message, as it will go over the wire. The body is erased once it was sent."""

    recipients = models.JSONField()
    sender = models.CharField(max_length=320)
    subject = models.CharField(max_length=998, blank=True)
    message = models.BinaryField()

    queue = WorkQueue.REMOTE

    def __str__(self) -> str:
        return f"Mail {self.pk}"
