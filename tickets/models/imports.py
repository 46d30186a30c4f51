"""Imports from other helpdesks: the job, and what it could not take."""

from datetime import UTC, datetime

from django.db import models

from tickets.choices import ImportFormat, one_of
from tickets.models.people import Organization, User
from tickets.models.ticket import Ticket
from tickets.models.work import Work

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class ImportJob(Work):
    """One file being imported. `position` is the number of records already taken, so that a restart goes on from there."""

    format = models.CharField(max_length=20, choices=ImportFormat.choices)
    source = models.CharField(
        max_length=50, help_text="Names the other system; with a record's id it makes an import idempotent."
    )
    file = models.FileField(upload_to="imports", max_length=255)
    original_name = models.CharField(max_length=255, blank=True, editable=False)
    mapping = models.JSONField(default=dict, blank=True)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, blank=True)
    dry_run = models.BooleanField(default=False)
    started_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    position = models.PositiveIntegerField(default=0, editable=False)
    total = models.PositiveIntegerField(null=True, editable=False)
    created_count = models.PositiveIntegerField(default=0, editable=False)
    updated_count = models.PositiveIntegerField(default=0, editable=False)
    unchanged_count = models.PositiveIntegerField(default=0, editable=False)
    refused_count = models.PositiveIntegerField(default=0, editable=False)
    unknown_values = models.JSONField(
        default=dict, editable=False, help_text="Words that no mapping knew, by field, with how often they occurred."
    )

    lease_seconds = 120  # renewed with every batch

    class Meta(Work.Meta):
        constraints = [*Work.Meta.constraints, one_of("format", ImportFormat)]

    def __str__(self) -> str:
        return f"Import {self.pk} from {self.source}"

    @property
    def is_draft(self) -> bool:
        """Handed in, but not started: nobody will try it before the end of time."""
        return self.due == NEVER


class ImportRefusal(models.Model):
    """A record that could not be taken: where it stands in the file, and why."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="refusals")
    line = models.PositiveIntegerField()
    external_id = models.CharField(max_length=200, blank=True)
    reason = models.TextField()

    class Meta:
        ordering = ["line"]

    def __str__(self) -> str:
        return f"Line {self.line}: {self.reason}"


class ImportedRecord(models.Model):
    """What an imported ticket looked like in its source when it was last read: only what changed there since is taken over."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="imported_record")
    values = models.JSONField(default=dict, help_text="Field → the source's value, long texts as a digest.")
    steps = models.PositiveIntegerField(default=0, help_text="How much of the source's history is stored.")
    job = models.ForeignKey(ImportJob, on_delete=models.SET_NULL, null=True, related_name="records")

    def __str__(self) -> str:
        return f"Record of T-{self.pk}"
