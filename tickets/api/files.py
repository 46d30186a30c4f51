"""Files: upload, read, download, and the job that looks at each."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.http import StreamingHttpResponse
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from tickets.actions.files import attach_file, remove_attachment, too_large
from tickets.api.schema import OpenApiTypes, describe
from tickets.api.serializers import files as shapes
from tickets.api.streaming import download
from tickets.api.views import ApiView, find, flag, only
from tickets.errors import Invalid, NotFound
from tickets.fields import whole_number
from tickets.models import Attachment, Comment, FileJob, Ticket

FORM_OVERHEAD = 100_000  # bytes of boundaries and other fields around the file
TAG = "Files"


class LimitHandler(TemporaryFileUploadHandler):
    """Streams to a temporary file and stops reading at the limit."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.MAX_UPLOAD_BYTES:
            self.file.close()
            raise too_large()
        super().receive_data_chunk(raw_data, start)


class UploadView(ApiView):
    """Base of the doors that take a file."""

    parser_classes = [MultiPartParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        length = request.headers.get("Content-Length", "0")
        if request.method == "POST":
            if length.isdigit() and int(length) > settings.MAX_UPLOAD_BYTES + FORM_OVERHEAD:
                raise too_large()
            handlers: list[FileUploadHandler] = [LimitHandler(request._request)]
            request._request.upload_handlers = handlers
        super().initial(request, *args, **kwargs)

    def take(self, ticket: Ticket, body: Mapping[str, Any]) -> Response:
        file = body.get("file")
        if not isinstance(file, UploadedFile):
            raise Invalid({"file": ["Send a file in this field of a multipart form."]})
        comment = None
        if body.get("comment_id"):
            comments = Comment.objects.visible_to(self.user).filter(ticket=ticket)
            comment = find(comments, "comment", pk=whole_number(body["comment_id"], "comment_id"))
        attachment = attach_file(
            ticket=ticket, by=self.user, via=self.via, file=file, comment=comment, internal=flag(body, "internal")
        )
        return Response(
            shapes.file_shape(attachment), status=201, headers={"Location": f"/api/v1/files/{attachment.pk}"}
        )


class FileUploadView(UploadView):
    @describe(
        "Upload a file", tag=TAG, takes=shapes.UploadSerializer, gives=shapes.FileSerializer, status=201, form=True
    )
    def post(self, request: Request) -> Response:
        """Onto the ticket `ticket_id`. The type is found by looking into the file; programs and scripts are refused with 415."""
        body = only(self.body, "file", "ticket_id", "comment_id", "internal")
        if not body.get("ticket_id"):
            raise Invalid({"ticket_id": ["This field is required."]})
        return self.take(self.ticket(str(body["ticket_id"])), body)


class TicketAttachmentsView(UploadView):
    @describe("List a ticket's files", tag=TAG, gives=shapes.FileSerializer(many=True))
    def get(self, request: Request, reference: str) -> Response:
        rows = files(self).filter(ticket=self.ticket(reference))
        return Response([shapes.file_shape(file) for file in rows])

    @describe(
        "Attach a file", tag=TAG, takes=shapes.AttachSerializer, gives=shapes.FileSerializer, status=201, form=True
    )
    def post(self, request: Request, reference: str) -> Response:
        return self.take(self.ticket(reference), only(self.body, "file", "comment_id", "internal"))


def files(view: ApiView) -> Any:
    return (
        Attachment.objects.visible_to(view.user).filter(removed_at=None).select_related("job", "uploaded_by", "ticket")
    )


class FileView(ApiView):
    @describe("Read about a file", tag=TAG, gives=shapes.FileSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(shapes.file_shape(find(files(self), "file", pk=pk)))

    @describe("Remove a file", tag=TAG, status=204)
    def delete(self, request: Request, pk: int) -> Response:
        """Your own, or as a manager anybody's. It is erased; the timeline keeps that it was there."""
        remove_attachment(attachment=find(files(self), "file", pk=pk), by=self.user, via=self.via)
        return Response(status=204)


class FileContentView(ApiView):
    @describe("Download a file", tag=TAG, gives=OpenApiTypes.BINARY, media="application/octet-stream")
    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        """Always as an attachment, under the name it was sent with."""
        attachment = find(files(self), "file", pk=pk)
        try:
            content = attachment.file.open("rb")
        except FileNotFoundError:
            raise NotFound("The stored file is gone. Ask for it to be sent again.") from None
        response = download(request._request, content.chunks(), attachment.filename, attachment.file_type)
        response["Content-Length"] = str(attachment.file_size)
        response._resource_closers.append(content.close)  # type: ignore[attr-defined]  # as Django's own FileResponse does
        return response


class FileJobView(ApiView):
    @describe("Read how a file's processing goes", tag=TAG, gives=shapes.FileJobSerializer)
    def get(self, request: Request, job_id: int) -> Response:
        rows = FileJob.objects.filter(attachment__in=files(self)).select_related("attachment")
        return Response(shapes.job_shape(find(rows, "job", pk=job_id)))
