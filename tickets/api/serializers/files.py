"""Files and the jobs that look at them as JSON."""

from typing import Any

from rest_framework import serializers

from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.choices import ProcessingStatus
from tickets.models import Attachment, FileJob


class UploadSerializer(serializers.Serializer[Any]):
    file = serializers.FileField()
    ticket_id = serializers.CharField(help_text="`1001` or `T-1001`.")
    comment_id = serializers.IntegerField(required=False, help_text="The reply or note it belongs to.")
    internal = serializers.BooleanField(required=False)


class AttachSerializer(serializers.Serializer[Any]):
    file = serializers.FileField()
    comment_id = serializers.IntegerField(required=False, help_text="The reply or note it belongs to.")
    internal = serializers.BooleanField(required=False)


class FileSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    job_id = serializers.IntegerField(allow_null=True)
    ticket_id = serializers.IntegerField()
    comment_id = serializers.IntegerField(allow_null=True)
    filename = serializers.CharField()
    file_type = serializers.CharField()
    file_size = serializers.IntegerField()
    sha256 = serializers.CharField()
    internal = serializers.BooleanField()
    uploaded_by = ReferenceSerializer(allow_null=True)
    created_at = serializers.DateTimeField()
    processing_status = serializers.ChoiceField(ProcessingStatus.choices, allow_null=True)


def file_shape(attachment: Attachment) -> Shape:
    """Needs `select_related("job", "uploaded_by")` in lists."""
    job = getattr(attachment, "job", None)
    uploader = attachment.uploaded_by
    return {
        "id": attachment.pk,
        "job_id": job and job.pk,
        "ticket_id": attachment.ticket_id,
        "comment_id": attachment.comment_id,
        "filename": attachment.filename,
        "file_type": attachment.file_type,
        "file_size": attachment.file_size,
        "sha256": attachment.sha256,
        "internal": attachment.is_internal,
        "uploaded_by": uploader and {"id": uploader.pk, "name": uploader.display_name},
        "created_at": attachment.created_at,
        "processing_status": job and job.processing_status,
    }


class FileJobSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    file_id = serializers.IntegerField()
    ticket_id = serializers.IntegerField()
    filename = serializers.CharField()
    processing_status = serializers.ChoiceField(ProcessingStatus.choices)
    stage = serializers.CharField()
    attempts = serializers.IntegerField()
    error = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


def job_shape(job: FileJob) -> Shape:
    return {
        "id": job.pk,
        "file_id": job.attachment_id,
        "ticket_id": job.attachment.ticket_id,
        "filename": job.attachment.filename,
        "processing_status": job.processing_status,
        "stage": job.stage,
        "attempts": job.attempts,
        "error": job.last_error or None,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    }
