"""Imports: hand in a file, look at what it would become, try it, start it, watch it, read its report."""

import csv
from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from tickets import work
from tickets.admin.base import actor, back, display, refuse, sentence
from tickets.admin.work import WorkAdmin
from tickets.choices import ImportFormat, WorkState
from tickets.errors import DomainError
from tickets.imports.files import SUFFIXES
from tickets.imports.jobs import again, draft_import, prepare_import, remap, start_import, stop
from tickets.imports.mapping import CHOICES
from tickets.imports.preview import preview
from tickets.imports.report import report_of
from tickets.models import ImportJob, Organization

REFUSALS_SHOWN = 100
NOT_STARTED = "Not started"
COLOURS = {NOT_STARTED: "info", "Done": "success", "Quarantined": "danger", "Running": "warning"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class HandInForm(forms.Form):
    """The first step: the file, and where it comes from."""

    file = forms.FileField(
        widget=UnfoldAdminFileFieldWidget({"accept": ",".join(SUFFIXES)}),
        help_text=f"{', '.join(SUFFIXES)}; a zip archive for pages of Zendesk's API.",
    )
    format = forms.ChoiceField(choices=ImportFormat.choices, widget=UnfoldAdminSelectWidget())
    source = forms.CharField(
        required=False,
        max_length=50,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Names the other system, by default like the format. With a record's id it makes an import repeatable.",
    )
    organization = forms.ModelChoiceField(
        Organization.objects.all(),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text="For tickets and people whose record names none.",
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > settings.MAX_UPLOAD_BYTES:
            limit = settings.MAX_UPLOAD_BYTES // 1024**2
            raise forms.ValidationError(
                f"The file is larger than {limit} MB. Use manage.py import_tickets on the server."
            )
        return file


@admin.register(ImportJob)
class ImportJobAdmin(WorkAdmin):
    """The list of imports, and one page for each that shows what it needs next."""

    list_display = ["pk", "original_name", "format", "source", "state_label", "progress", "refused_count", "created_at"]
    list_filter = ["state", "format", "source", "dry_run"]
    search_fields = ["source", "original_name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_view_permission(request))

    @display(description="State", ordering="state", label=COLOURS)
    def state_label(self, job: ImportJob) -> str:  # type: ignore[override]
        return NOT_STARTED if job.is_draft else WorkState(job.state).label

    @display(description="Records")
    def progress(self, job: ImportJob) -> str:
        done = f"{job.position:,}" if job.total is None else f"{job.position:,} of {job.total:,}"
        return f"{done} (dry run)" if job.dry_run else done

    def get_urls(self) -> list[Any]:
        refusals = self.admin_site.admin_view(self.refusals_as_csv)
        return [path("<int:pk>/refusals.csv", refusals, name="tickets_importjob_refusals"), *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        form = HandInForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            fields = form.cleaned_data
            job = refuse(form, lambda: prepare_import(by=actor(request), **fields))  # type: ignore[arg-type]
            if job:
                return self._to(request, draft_import(job))
        return self._page(request, "hand_in", title="Import tickets", form=form)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        job = get_object_or_404(ImportJob, pk=object_id if object_id.isascii() and object_id.isdigit() else 0)
        if request.method == "POST":
            return self._press(request, job)
        if job.is_draft:
            return self._page(request, "mapping", title=str(job), job=job, preview=preview(job))
        context = {"job": job, "report": report_of(job), "running": job.state in work.UNFINISHED}
        context["share"] = round(100 * job.position / job.total) if job.total else 0
        if request.headers.get("HX-Request"):
            return render(request, "admin/tickets/import_job.html#progress", context)
        context["refusals"] = job.refusals.all()[:REFUSALS_SHOWN]
        return self._page(request, "job", title=str(job), **context)

    def _page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        everywhere = self.admin_site.each_context(request) | {"opts": self.opts}
        return render(request, f"admin/tickets/import_{name}.html", everywhere | context)

    def _to(self, request: HttpRequest, job: ImportJob) -> HttpResponse:
        return back(request, "admin:tickets_importjob_change", job.pk)

    def _press(self, request: HttpRequest, job: ImportJob) -> HttpResponse:
        """Do what the pressed button says; a refusal comes back as a message."""
        pressed, by = request.POST.get("press", ""), actor(request)
        try:
            if job.is_draft:
                job = remap(job=job, by=by, mapping=mapping_of(request))
            if pressed in ("start", "try") and job.is_draft:
                job.dry_run = pressed == "try"
                start_import(job)
            elif pressed == "again":
                job = start_import(again(job=job, by=by))
            elif pressed == "edit":
                job = again(job=job, by=by)
            elif pressed == "go on":
                work.run_again(job)
            elif pressed == "stop":
                stop(job, f"Stopped by {by.display_name}.")
        except DomainError as error:
            messages.error(request, sentence(error))
        return self._to(request, job)

    def refusals_as_csv(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """Answer with every refusal as a table."""
        job = get_object_or_404(ImportJob, pk=pk)
        headers = {"Content-Disposition": f'attachment; filename="import-{pk}-refusals.csv"'}
        return StreamingHttpResponse(_lines(job), content_type="text/csv; charset=utf-8", headers=headers)


class _Echo:
    def write(self, line: str) -> str:
        return line


def _lines(job: ImportJob) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield str(writer.writerow(["line", "id", "reason"]))
    for refusal in job.refusals.iterator():
        cells = [str(refusal.line), refusal.external_id, refusal.reason]
        yield str(writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells]))


def mapping_of(request: HttpRequest) -> dict[str, Any]:
    """Return the mapping that the form describes: `column:<field>`, `word:<field>:<word>`, and the options."""
    mapping: dict[str, Any] = {"columns": {}, "values": {}}
    for name, value in request.POST.items():
        kind, _, rest = name.partition(":")
        if kind == "column":
            mapping["columns"][rest] = value
        elif kind == "word" and value:
            field, _, word = rest.partition(":")
            mapping["values"].setdefault(field, {})[word] = value
    mapping["values"] = {field: words for field, words in mapping["values"].items() if field in CHOICES}
    for option in ("time_zone", "encoding"):
        if request.POST.get(option):
            mapping[option] = request.POST[option]
    mapping["day_first"] = request.POST.get("day_first", "true") == "true"
    return mapping
