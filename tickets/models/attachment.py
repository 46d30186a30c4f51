"""Files on tickets, and the durable job that looks at each."""

from django.db import models

from tickets.choices import PROCESSING, ProcessingStatus, WorkState
from tickets.models.conversation import Comment
from tickets.models.people import User
from tickets.models.ticket import Ticket
from tickets.models.work import Work


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User) -> "AttachmentQuerySet":
        """Files of visible tickets; those on internal notes for support staff only."""
        files = self if user.sees_all_tickets else self.filter(ticket__in=Ticket.objects.visible_to(user))
        return files if user.is_support_staff else files.filter(is_internal=False)


class Attachment(models.Model):
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="attachments")
    comment = models.ForeignKey(Comment, on_delete=models.SET_NULL, null=True, blank=True, related_name="attachments")
    uploaded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    file = models.FileField(upload_to="attachments/%Y/%m", max_length=255)
    filename = models.CharField(max_length=255)
    file_type = models.CharField(
        max_length=120, help_text="Found by looking at the content, not believed from the sender."
    )
    file_size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    is_internal = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.filename


class FileJob(Work):
    """Looks at one attachment after it was stored."""

    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, related_name="job")
    stage = models.CharField(max_length=30, default="validation")

    def __str__(self) -> str:
        return f"Processing of {self.attachment}"

    @property
    def processing_status(self) -> ProcessingStatus:
        return PROCESSING[WorkState(self.state)]
