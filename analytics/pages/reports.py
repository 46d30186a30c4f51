"""Saved reports: the list, the builder with its preview, each report with its runs and files."""

from typing import Any

from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from analytics.actions import reports as actions
from analytics.actions.report_runs import answer
from analytics.choices import Rhythm
from analytics.downloads import file_answer
from analytics.metrics.insights import remarks
from analytics.models import Report, ReportFile, ReportRun
from analytics.pages.report_form import ReportForm, initial_of
from analytics.permissions import can, require
from analytics.presets import DEFAULT, PRESETS
from analytics.reports import expected
from analytics.reports.formats import FORMATS
from analytics.reports.sections import sections
from analytics.reports.words import asked
from tickets.errors import DomainError, NotFound
from tickets.models import User
from tickets.pages.doors import PageRequest, back, page, staff_only, tell
from tickets.pages.forms import refuse

RUNS_SHOWN = 50
NO_REPORT = "There is no such report, or it is not shared with you."


@require_GET
@staff_only
def listed(request: PageRequest) -> HttpResponse:
    """Show the reports that the reader may run."""
    rows = Report.objects.visible_to(request.user).select_related("owner", "team")
    told = [(row, period_told(row), schedule_told(row), can(request.user, "report.change", row)) for row in rows]
    return page(request, "analytics/reports/list.html", {"rows": told})


@staff_only
def new(request: PageRequest) -> HttpResponse:
    """Build a report; a question in the address is where it begins."""
    draft = Report(
        owner=request.user, time_zone=request.user.time_zone, formats=["html"], query=request.GET.urlencode()
    )
    return _build(request, draft)


@staff_only
def edit(request: PageRequest, pk: int) -> HttpResponse:
    return _build(request, find(request.user, pk))


def _build(request: PageRequest, report: Report) -> HttpResponse:
    """Show the builder; save what it holds, or show what it would give."""
    require(request.user, "report.change", report) if report.pk else require(request.user, "report.save")
    form = ReportForm(request.POST if request.method == "POST" else None, user=request.user, initial=initial_of(report))
    context: dict[str, Any] = {"form": form, "report": report}
    status = 200
    if form.is_bound and form.is_valid():
        try:
            if "preview" in request.POST:
                context |= _preview(form, report)
            else:
                kept = report if report.pk else None
                saved = actions.save_report(by=request.user, fields=form.values, report=kept)
                tell(request, f"“{saved.name}” is saved.")
                return back(request, reverse("report", args=[saved.pk]))
        except DomainError as error:
            refuse(form, error)
            status = error.status
    elif form.is_bound:
        status = 400
    return page(request, "analytics/reports/form.html", context, status=status)


def _preview(form: ReportForm, report: Report) -> dict[str, Any]:
    values = form.values
    names = ("name", "query", "is_anonymous", "has_forecast", "time_zone")
    draft = Report(owner=report.owner, **{name: values[name] for name in names})
    analysis, options = answer(draft, timezone.now())
    return {
        "sections": sections(analysis),
        "asked": asked(analysis, options),
        "remarks": remarks(analysis),
        "expected": expected.told(options.outlook) if options.outlook else [],
    }


@require_GET
@staff_only
def report(request: PageRequest, pk: int) -> HttpResponse:
    """Show a report with its newest runs."""
    row = find(request.user, pk)
    runs = row.runs.select_related("asked_by").prefetch_related("files").order_by("-pk")[:RUNS_SHOWN]
    context = {
        "report": row,
        "period": period_told(row),
        "schedule": schedule_told(row),
        "formats": [FORMATS[name].title for name in row.formats if name in FORMATS],
        "runs": runs,
        "may_change": can(request.user, "report.change", row),
    }
    return page(request, "analytics/reports/report.html", context)


@require_POST
@staff_only
def run(request: PageRequest, pk: int) -> HttpResponse:
    """Run a report, or give the run that the button names another try."""
    row = find(request.user, pk)
    try:
        if "again" in request.POST:
            actions.run_again(by=request.user, run=_run(row, request.POST["again"]))
        else:
            actions.run_report(by=request.user, report=row)
        tell(request, f"“{row.name}” is being written. Load the page again in a moment.")
    except DomainError as error:
        tell(request, error.sentence)
    return back(request, reverse("report", args=[row.pk]))


@require_POST
@staff_only
def remove(request: PageRequest, pk: int) -> HttpResponse:
    row = find(request.user, pk)
    actions.delete_report(by=request.user, report=row)
    tell(request, f"“{row.name}” was removed.")
    return back(request, reverse("reports"))


@require_GET
@staff_only  # type: ignore[arg-type]  # it answers with a stream
def file(request: PageRequest, pk: int, run_pk: int, form: str) -> StreamingHttpResponse:
    """Hand out a file of a run."""
    rows = ReportFile.objects.filter(run__report=find(request.user, pk), run=run_pk, format=form)
    found = rows.select_related("run__report").first()
    if found is None:
        raise NotFound("There is no such file any more. Run the report again.")
    return file_answer(request, found)


def find(user: User, pk: int) -> Report:
    """Return a report that the user may run. Raises NotFound, NotAllowed."""
    require(user, "report.save")
    found: Report | None = Report.objects.visible_to(user).select_related("owner", "team").filter(pk=pk).first()
    if found is None:
        raise NotFound(NO_REPORT)
    return found


def _run(row: Report, given: str) -> ReportRun:
    found = row.runs.filter(pk=given).first() if given.isascii() and given.isdigit() and len(given) < 19 else None
    if found is None:
        raise NotFound("There is no such run any more.")
    return found


def period_told(row: Report) -> str:
    asked = QueryDict(row.query)
    if asked.get("from"):
        return f"{asked['from']} to {asked.get('to') or 'today'}"
    preset = PRESETS.get(asked.get("period") or DEFAULT)
    return preset.label if preset else ""


def schedule_told(row: Report) -> str:
    rhythm = Rhythm(row.rhythm).label
    if row.rhythm == Rhythm.NEVER:
        return rhythm
    told = f"{rhythm} at {row.hour:02}:00, {row.time_zone}, to {', '.join(row.recipients)}"
    return told if row.is_enabled else f"{told}; switched off"
