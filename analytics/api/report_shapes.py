"""Saved reports as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from analytics.choices import Rhythm
from analytics.models import Report, ReportRun
from analytics.reports.formats import FORMATS
from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.api.views import reference
from tickets.choices import Sharing, WorkState


class SavedReportWriteSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    query = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="The question, with the parameters of `/analytics/dashboard`, as in `period=last_month&group_by=team`.",
    )
    formats = serializers.ListField(child=serializers.ChoiceField(list(FORMATS)))
    is_anonymous = serializers.BooleanField(
        required=False, help_text="People and organizations stand in it under pseudonyms."
    )
    has_forecast = serializers.BooleanField(
        required=False, help_text="What to expect, as `/analytics/forecast` has it, stands in it."
    )
    rhythm = serializers.ChoiceField(Rhythm.choices, required=False, help_text="How often it is sent by itself.")
    hour = serializers.IntegerField(required=False, min_value=0, max_value=23)
    time_zone = serializers.CharField(required=False, help_text="Whose days and hours count; yours unless told.")
    recipients = serializers.ListField(child=serializers.EmailField(), required=False)
    is_enabled = serializers.BooleanField(required=False)
    sharing = serializers.ChoiceField(Sharing.choices, required=False)
    team = serializers.IntegerField(required=False, allow_null=True, help_text="Whom it is shared with.")


class SavedReportCreateSerializer(SavedReportWriteSerializer):
    run = serializers.BooleanField(required=False, help_text="Run it at once; the answer holds the run.")


class SavedReportFileSerializer(serializers.Serializer[Any]):
    format = serializers.ChoiceField(list(FORMATS))
    size = serializers.IntegerField(help_text="Bytes.")
    url = serializers.CharField(help_text="Where it is downloaded.")


class SavedReportRunSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(WorkState.choices)
    reason = serializers.CharField(allow_blank=True, help_text="Why it failed.")
    due_at = serializers.DateTimeField(allow_null=True, help_text="By schedule; null for one that somebody asked for.")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    files = SavedReportFileSerializer(many=True)


class SavedReportSerializer(SavedReportWriteSerializer):
    id = serializers.IntegerField()
    owner = ReferenceSerializer()
    team = ReferenceSerializer(allow_null=True)  # type: ignore[assignment]
    next_at = serializers.DateTimeField(allow_null=True)
    last_run = SavedReportRunSerializer(allow_null=True)


NAMES = (
    "name",
    "query",
    "formats",
    "is_anonymous",
    "has_forecast",
    "rhythm",
    "hour",
    "time_zone",
    "recipients",
    "is_enabled",
    "sharing",
)


def report_shape(row: Report) -> Shape:
    last = row.runs.prefetch_related("files").order_by("-pk").first()
    return {
        "id": row.pk,
        "owner": reference(row.owner),
        "team": reference(row.team),
        **{name: getattr(row, name) for name in NAMES},
        "next_at": row.next_at,
        "last_run": run_shape(last) if last else None,
    }


def run_shape(run: ReportRun) -> Shape:
    where = f"/api/v1/analytics/reports/{run.report_id}/runs/{run.pk}/files"
    files = [{"format": file.format, "size": file.size, "url": f"{where}/{file.format}"} for file in run.files.all()]
    names = ("state", "due_at", "created_at", "finished_at")
    return {"id": run.pk, "reason": run.reason, **{name: getattr(run, name) for name in names}, "files": files}
