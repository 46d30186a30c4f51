"""Saved reports over the API."""

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.actions import reports
from analytics.api import report_shapes as shapes
from analytics.api.answers import TAG
from analytics.downloads import file_answer
from analytics.models import Report, ReportFile, ReportRun
from analytics.permissions import require
from tickets.api import pages
from tickets.api.people import Q_PARAMETER, named
from tickets.api.schema import OpenApiTypes, describe, page_of, paged
from tickets.api.views import ApiView, find, flag

ORDERINGS = {"name": "name", "id": "id"}
RUN_ORDERINGS = {"-id": "-id", "id": "id"}


class ReportsView(ApiView):
    def rows(self) -> QuerySet[Report]:
        """Raises NotAllowed."""
        require(self.user, "report.save")
        return Report.objects.visible_to(self.user).select_related("owner", "team")

    def report(self, pk: int) -> Report:
        found: Report = find(self.rows(), "report", pk=pk)
        return found

    @describe(
        "List saved reports",
        tag=TAG,
        gives=page_of(shapes.SavedReportSerializer),
        parameters=[*paged(ORDERINGS), Q_PARAMETER],
    )
    def get(self, request: Request) -> Response:
        """Yours, those of your teams, and those shared with all staff."""
        rows = named(request, self.rows(), "name")
        return pages.page(request, rows, shapes.report_shape, orderings=ORDERINGS, default="name", filters=["q"])

    @describe(
        "Save a report",
        tag=TAG,
        takes=shapes.SavedReportCreateSerializer,
        gives=shapes.SavedReportSerializer,
        status=201,
    )
    def post(self, request: Request) -> Response:
        """You own it: it is answered with what you may see whenever it runs. Managers may send it to any address."""
        fields = {name: value for name, value in self.body.items() if name != "run"}
        at_once = flag(self.body, "run")
        made = reports.save_report(by=self.user, fields=fields)
        if at_once:
            reports.run_report(by=self.user, report=made)
        where = {"Location": f"/api/v1/analytics/reports/{made.pk}"}
        return Response(shapes.report_shape(self.report(made.pk)), status=201, headers=where)


class ReportView(ReportsView):
    http_method_names = ["get", "patch", "delete", "head", "options"]

    @describe("Read a saved report", tag=TAG, gives=shapes.SavedReportSerializer)
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        return Response(shapes.report_shape(self.report(pk)))

    @describe(
        "Change a saved report",
        tag=TAG,
        takes=shapes.SavedReportWriteSerializer(partial=True),
        gives=shapes.SavedReportSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Your own, or as a manager a shared one."""
        reports.save_report(by=self.user, fields=self.body, report=self.report(pk))
        return Response(shapes.report_shape(self.report(pk)))

    @describe("Delete a saved report", tag=TAG, status=204)
    def delete(self, request: Request, pk: int) -> Response:
        """With its runs and their files."""
        reports.delete_report(by=self.user, report=self.report(pk))
        return Response(status=204)


class ReportRunsView(ReportsView):
    def runs(self, pk: int) -> QuerySet[ReportRun]:
        return ReportRun.objects.filter(report=self.report(pk)).prefetch_related("files")

    @describe(
        "List a report's runs",
        tag=TAG,
        gives=page_of(shapes.SavedReportRunSerializer),
        parameters=list(paged(RUN_ORDERINGS)),
    )
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """The newest first, with their files, kept for 90 days."""
        return pages.page(request, self.runs(pk), shapes.run_shape, orderings=RUN_ORDERINGS, default="-id", filters=[])

    @describe("Run a report", tag=TAG, gives=shapes.SavedReportRunSerializer, status=202)
    def post(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """Now; its recipients get nothing. 409 while a run that somebody asked for is waiting."""
        run = reports.run_report(by=self.user, report=self.report(pk))
        return Response(shapes.run_shape(run), status=202)


class ReportRunView(ReportRunsView):
    http_method_names = ["get", "head", "options"]

    @describe("Read a report's run", tag=TAG, gives=shapes.SavedReportRunSerializer)
    def get(self, request: Request, pk: int, run_pk: int) -> Response:  # type: ignore[override]
        return Response(shapes.run_shape(find(self.runs(pk), "run", pk=run_pk)))


class ReportFileView(ReportRunsView):
    http_method_names = ["get", "head", "options"]

    @describe("Download a report's file", tag=TAG, gives=OpenApiTypes.BINARY, media="application/octet-stream")
    def get(self, request: Request, pk: int, run_pk: int, form: str) -> StreamingHttpResponse:  # type: ignore[override]
        """Of a run, in one of its formats. Always as an attachment."""
        rows = ReportFile.objects.filter(run__in=self.runs(pk)).select_related("run__report")
        return file_answer(request._request, find(rows, "file", run=run_pk, format=form))
