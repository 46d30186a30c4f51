"""A report being answered: asked as its owner, written in each format, sent, and forgotten after a while."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import slugify

from analytics.actions.reports import erase_files
from analytics.answers import analysis_for, outlook_for, read_question
from analytics.hiding import hider
from analytics.metrics.analysis import Analysis
from analytics.models import Report, ReportFile, ReportRun
from analytics.reports.anonymous import anonymous, names_in
from analytics.reports.expected import told as expected_in_words
from analytics.reports.formats import FORMATS
from analytics.reports.options import Options
from analytics.reports.words import asked as asked_in_words
from analytics.reports.writers.pdf import NoPdf
from analytics.told import told
from tickets import work
from tickets.choices import WorkState
from tickets.errors import DomainError, NotAllowed

KEPT = timedelta(days=90)
MAILED_AT_MOST = 10 * 1024 * 1024  # bytes of all files; larger mails are refused by many servers
FORGOTTEN_AT_ONCE = 500


def answer(report: Report, moment: datetime) -> tuple[Analysis, Options]:
    """Return the answer as the report's owner may have it at present, periods seen from a moment. Raises DomainError."""
    if not report.owner.is_active:
        raise work.PermanentError("The owner of this report has left the desk. Save it anew under your name.")
    asked = read_question(QueryDict(report.query), report.owner, moment, zone=ZoneInfo(report.time_zone))
    analysis, _ = analysis_for(report.owner, asked, moment)
    outlook = outlook_for(report.owner, asked, moment)[0] if report.has_forecast else None
    if not report.is_anonymous:
        return analysis, Options(report.name, told(asked.filters), outlook)
    hide = hider([report.name, *told(asked.filters), *names_in(analysis)])
    options = Options(hide(report.name), told(asked.filters, hide), outlook)
    return anonymous(analysis, settings.SECRET_KEY, hide), options


@work.handles(ReportRun)
def carry_out(run: ReportRun) -> None:
    """Write the files of a run and send them where it was due by schedule. Safe to run twice: files are replaced, mails sent once."""
    report = Report.objects.select_related("owner").get(pk=run.report_id)
    try:
        analysis, options = answer(report, run.moment)
        contents = {form: FORMATS[form].write(analysis, options) for form in report.formats if form in FORMATS}
    except NotAllowed as error:
        raise work.PermanentError(f"The owner of this report may not ask this any more. {error.sentence}") from error
    except DomainError as error:
        raise work.PermanentError(error.sentence) from error
    except NoPdf as error:
        raise work.PermanentError(str(error)) from error
    with transaction.atomic():
        if not ReportRun.objects.select_for_update().filter(pk=run.pk, lease=run.lease).exists():
            return  # another worker has it, or the report was deleted
        _keep(run, contents)
        if run.due_at and not run.told_at:
            expected = expected_in_words(options.outlook) if options.outlook else []
            _send(report, options.title, contents, [*asked_in_words(analysis, options), *expected])
            ReportRun.objects.filter(pk=run.pk).update(told_at=timezone.now())


def _keep(run: ReportRun, contents: dict[str, bytes]) -> None:
    erase_files(ReportFile.objects.filter(run=run))
    for form, content in contents.items():
        stored = ReportFile(run=run, format=form, size=len(content))
        stored.file.save(f"{run.pk}.{form}", ContentFile(content))


def file_name(report: Report, moment: datetime, form: str) -> str:
    """Return the name under which a file is sent and saved, as in `weekly-figures-2026-03-02.xlsx`."""
    day = moment.astimezone(ZoneInfo(report.time_zone)).date()
    title = hider([report.name])(report.name) if report.is_anonymous else report.name
    return f"{slugify(title) or 'report'}-{day.isoformat()}.{form}"


def _send(report: Report, title: str, contents: dict[str, bytes], lines: list[str]) -> None:
    """Write a mail to each recipient; files that are too large for mail are behind the link."""
    fits = sum(map(len, contents.values())) <= MAILED_AT_MOST
    where = f"{settings.SITE_URL}/analytics/reports/{report.pk}"
    last = "The files are attached." if fits else "The files are too large for mail."
    text = "\n".join((*lines, "", f"{last} People of the desk find them here for 90 days:", where))
    for address in report.recipients:
        mail = EmailMessage(title, text, to=[address])
        for form, content in contents.items() if fits else ():
            name = file_name(report, timezone.now(), form)
            mail.attach(name, content, FORMATS[form].media_type.partition(";")[0])
        mail.send()


def forget_old(now: datetime) -> None:
    """Delete runs that ended long ago, with their files."""
    ended = ReportRun.objects.filter(finished_at__lt=now - KEPT, state__in=(WorkState.DONE, WorkState.QUARANTINED))
    numbers = list(ended.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    with transaction.atomic():
        erase_files(ReportFile.objects.filter(run__in=numbers))
        ReportRun.objects.filter(pk__in=numbers).delete()
