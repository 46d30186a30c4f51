"""Saved reports: a question with the files it becomes, each run of one, and the files of a run."""

from datetime import datetime

from django.db import models
from django.utils import timezone

from analytics.choices import Rhythm
from tickets.choices import one_of
from tickets.models import User, Work
from tickets.models.history import Trail
from tickets.models.validators import validate_time_zone
from tickets.models.view import Shareable


class Report(Shareable):
    """A question under a name. It is answered with what its owner may see when it runs.

    `query` is the question as the API takes it, as in `period=last_month&group_by=team`; its days are those of `time_zone`.
    """

    query = models.CharField("question", max_length=2_000, blank=True)
    formats = models.JSONField(default=list, help_text="The files it becomes, as in html and xlsx.")
    is_anonymous = models.BooleanField(
        "anonymous", default=False, help_text="People and organizations stand in it under names that tell nothing."
    )
    has_forecast = models.BooleanField(
        "forecast", default=False, help_text="What to expect and which days were unusual stand in it."
    )
    rhythm = models.CharField(max_length=20, choices=Rhythm.choices, default=Rhythm.NEVER)
    hour = models.PositiveSmallIntegerField(default=7, help_text="At which it is sent, on the clocks of its zone.")
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    recipients = models.JSONField(default=list, blank=True, help_text="Addresses that it is sent to.")
    is_enabled = models.BooleanField("enabled", default=True, help_text="Whether it is sent by itself.")
    next_at = models.DateTimeField(null=True, editable=False, help_text="When it is due next.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = Trail(excluded_fields=("next_at",))

    class Meta(Shareable.Meta):
        constraints = [
            *Shareable.Meta.constraints,
            one_of("rhythm", Rhythm),
            models.CheckConstraint(condition=models.Q(hour__lt=24), name="analytics_report_hour_of_day"),
        ]
        indexes = [models.Index(fields=["next_at"], name="analytics_report_next")]


class ReportRun(Work):
    """A report being answered: by schedule, where `due_at` says for when, or because somebody asked."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="runs")
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    due_at = models.DateTimeField(null=True, editable=False)
    told_at = models.DateTimeField(
        null=True, editable=False, help_text="When the mails to its recipients were written."
    )

    max_attempts = 3
    lease_seconds = 60

    class Meta(Work.Meta):
        verbose_name = "report run"
        constraints = [
            *Work.Meta.constraints,
            models.UniqueConstraint(fields=["report", "due_at"], name="analytics_reportrun_once"),
        ]
        indexes = [*Work.Meta.indexes, models.Index(fields=["report", "-id"], name="reportrun_newest")]

    def __str__(self) -> str:
        return f"Run {self.pk} of {self.report}"

    @property
    def moment(self) -> datetime:
        """The time that its periods are seen from, the same however late it runs."""
        return self.due_at or self.created_at

    @property
    def reason(self) -> str:
        """Why it failed, or has not succeeded yet, without the kind of error."""
        return self.last_error.removeprefix("PermanentError: ")


class ReportFile(models.Model):
    """What a run wrote, kept for a while. It is read by whom the report is shared with."""

    run = models.ForeignKey(ReportRun, on_delete=models.CASCADE, related_name="files")
    format = models.CharField(max_length=20)
    file = models.FileField(upload_to="reports/%Y/%m", max_length=255)
    size = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["run", "format"], name="analytics_reportfile_once")]

    def __str__(self) -> str:
        return f"{self.format} of {self.run}"
