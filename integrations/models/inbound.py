"""What comes in: calls of webhooks as they were sent, and runs that ask what changed."""

from django.db import models
from django.db.models import Q

from integrations.choices import SyncKind
from integrations.models.connection import Connection
from integrations.models.link import ExternalLink
from tickets.choices import WorkQueue, one_of
from tickets.models import Comment, User, Work


class InboundEvent(Work):
    """A believed call of a webhook, kept as it came; those about one record are carried out in their order."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="inbound")
    delivery_id = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the body.")
    record = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=100, blank=True)
    body = models.BinaryField()
    answer = models.TextField(blank=True, help_text="What the person who asked was told; set once that was done.")

    queue = WorkQueue.REMOTE  # hints are followed, and people answered, over the network

    class Meta(Work.Meta):
        constraints = [
            *Work.Meta.constraints,
            models.UniqueConstraint(fields=["connection", "delivery_id"], name="integrations_inboundevent_once"),
            models.UniqueConstraint(fields=["connection", "digest"], name="integrations_inboundevent_same_body_once"),
        ]
        indexes = [*Work.Meta.indexes, models.Index(fields=["connection", "record", "id"], name="inbound_in_order")]

    def __str__(self) -> str:
        return f"{self.kind or 'Call'} from {self.connection}"


class SyncRun(Work):
    """Asking one system what changed, or for everything. `cursor` is where it stands; a restart goes on from there."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=20, choices=SyncKind.choices, default=SyncKind.CHANGES)
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    cursor = models.JSONField(default=dict, editable=False)
    pages = models.PositiveIntegerField(default=0, editable=False)
    seen = models.PositiveIntegerField(default=0, editable=False)
    changed = models.PositiveIntegerField(default=0, editable=False)
    refused = models.PositiveIntegerField(default=0, editable=False)
    report = models.JSONField(default=list, editable=False, help_text="What a comparison found.")

    queue = WorkQueue.REMOTE
    lease_seconds = 60

    class Meta(Work.Meta):
        constraints = [
            *Work.Meta.constraints,
            one_of("kind", SyncKind),
            models.UniqueConstraint(
                fields=["connection"],
                condition=Q(state__in=["queued", "running"]),
                name="integrations_syncrun_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.connection}"


class InboundFile(Work):
    """A file there that is to come to the ticket, with the comment that it was said with."""

    link = models.ForeignKey(ExternalLink, on_delete=models.CASCADE, related_name="inbound_files")
    remote_id = models.CharField(max_length=200)
    filename = models.CharField(max_length=300)
    url = models.TextField()
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, related_name="+")
    is_internal = models.BooleanField(default=False)

    queue = WorkQueue.REMOTE
    lease_seconds = 60

    class Meta(Work.Meta):
        constraints = [
            *Work.Meta.constraints,
            models.UniqueConstraint(fields=["link", "remote_id"], name="integrations_inboundfile_once"),
        ]

    def __str__(self) -> str:
        return f"{self.filename} from {self.link.connection}"
